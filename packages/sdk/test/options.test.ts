import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Capture, clicks, type IsothermError, type StartOptions, start } from "../src/index.js";
import { begin, restoreBrowser, settle } from "./support/browser.js";
import { type FakeServer, fakeServer } from "./support/server.js";

let server: FakeServer;
let errors: IsothermError[];
const onError = (error: IsothermError): void => void errors.push(error);

beforeEach(() => {
  vi.useFakeTimers();
  errors = [];
  server = fakeServer();
});
afterEach(restoreBrowser);

test.each<[string, object, RegExp]>([
  ["no key", { key: undefined }, /key/],
  ["a key that is no text", { key: 5 }, /key/],
  ["no path", { to: undefined }, /\bto\b/],
  ["a path that is no text", { to: {} }, /\bto\b/],
  ["a capture that is none", { use: ["clicks"] }, /capture is not a function/],
  ["a capture that was not called", { use: [clicks] }, /use.*clicks\(\)/],
  ["a beforeSend that is none", { beforeSend: "x" }, /beforeSend/],
])("%s reaches onError by its name, and never the page", async (_name, wrong, named) => {
  const isotherm = begin({ onError, ...wrong } as Partial<StartOptions>);
  isotherm.track("x");
  await isotherm.flush();
  isotherm.stop();
  await settle();
  expect(errors.length).toBeGreaterThan(0);
  expect(`${errors[0]?.reason}`).toMatch(named);
});

test("One capture that fails takes no other down", async () => {
  const broken: Capture = () => {
    throw new Error("broken");
  };
  const isotherm = begin({ onError, use: [broken, "moves" as never, clicks()] });
  isotherm.track("x");
  await isotherm.flush();
  expect(errors.map(({ code }) => code)).toEqual(["capture_failed", "capture_failed"]);
  expect(server.of("custom")).toHaveLength(1);
});

test("One capture needs no list", async () => {
  let started = 0;
  const isotherm = begin({
    use: (() => {
      started++;
      return () => {};
    }) as never,
  });
  await isotherm.flush();
  expect(started).toBe(1);
});

test("No options at all break nothing", () => {
  expect(() => start(undefined as never).track("x")).not.toThrow();
  expect(() => start({ respect: null } as never).track("x")).not.toThrow();
});

test("An origin that does not allow this one is named, with the fix", async () => {
  server.answer = () => "lost";
  const isotherm = begin({ onError, to: "https://relay.example/in" });
  await isotherm.flush();
  await isotherm.flush();
  expect(errors).toEqual([{ code: "delivery_refused", reason: "to: allow CORS" }]);
});
