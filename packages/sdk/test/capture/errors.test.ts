import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ErrorOptions, errors, type Isotherm } from "../../src/index.js";
import { begin, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

/** What a browser does with an error that nobody catches. */
function uncaught(error: Error, place: ErrorEventInit = {}): void {
  window.dispatchEvent(new ErrorEvent("error", { message: `Uncaught ${error}`, error, ...place }));
}

captureConformance("errors", {
  create: () => errors(),
  act: () => uncaught(new Error("broken")),
  types: ["error"],
  elements: false,
});

describe("errors", () => {
  let server: FakeServer;

  beforeEach(() => {
    vi.useFakeTimers();
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  const startErrors = (options?: ErrorOptions): Isotherm => begin({ use: [errors(options)] });

  test("records what was thrown, and where", async () => {
    const isotherm = startErrors();
    const error = new TypeError("x is not a function");
    error.stack =
      "TypeError: x\n    at https://shop.example/app.js?token=secret:3:14\n    at f (https://shop.example/b.js:1:2)";
    uncaught(error, { filename: "https://shop.example/app.js?token=secret", lineno: 3, colno: 14 });
    await isotherm.flush();
    expect(server.of("error")).toEqual([
      {
        type: "error",
        t: expect.any(Number),
        message: "Uncaught TypeError: x is not a function",
        source: "https://shop.example/app.js",
        line: 3,
        col: 14,
        stack: "TypeError: x\n    at https://shop.example/app.js:3:14\n    at f (https://shop.example/b.js:1:2)",
      },
    ]);
  });

  test("records rejections that nobody handles", async () => {
    const isotherm = startErrors({ stack: false });
    for (const reason of [new Error("refused"), "plain words", undefined])
      window.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason }));
    await isotherm.flush();
    expect(server.of("error").map(({ message, stack }) => [message, stack])).toEqual([
      ["Error: refused", undefined],
      ["plain words", undefined],
      ["undefined", undefined],
    ]);
  });

  test("records each once per page view, and no more than the limit", async () => {
    const isotherm = startErrors({ max: 2 });
    for (const message of ["a", "a", "b", "c"]) uncaught(new Error(message));
    history.pushState(null, "", `/errors-${Math.random()}`);
    uncaught(new Error("c"));
    await isotherm.flush();
    expect(server.of("error").map(({ message }) => message.slice(-1))).toEqual(["a", "b", "c"]);
  });

  test("leaves out images that do not load", async () => {
    document.body.innerHTML = "<img>";
    const isotherm = startErrors();
    document.querySelector("img")?.dispatchEvent(new Event("error"));
    await isotherm.flush();
    expect(server.of("error")).toEqual([]);
  });

  test("cuts what is too long to travel", async () => {
    const isotherm = startErrors();
    const error = new Error("long ".repeat(5_000));
    error.stack = "line\n".repeat(5_000);
    uncaught(error);
    await isotherm.flush();
    const [found] = server.of("error");
    expect(found?.message).toHaveLength(1_024);
    expect(found?.stack).toHaveLength(4_096);
  });
});
