import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { attention } from "../../src/index.js";
import { begin, pass, restoreBrowser, show } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

captureConformance("attention", {
  create: () => attention(),
  act: () => pass(200),
  types: ["attention"],
  elements: false,
});

describe("attention", () => {
  let server: FakeServer;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("innerHeight", 250);
    vi.stubGlobal("scrollY", 0);
    vi.spyOn(document, "hasFocus").mockImplementation(() => true);
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  const input = (type = "pointermove"): void => {
    window.dispatchEvent(new Event(type));
  };
  const scroll = async (to: number): Promise<void> => {
    vi.stubGlobal("scrollY", to);
    document.dispatchEvent(new Event("scroll"));
    await pass(100);
  };

  test("counts the time for which each band was in view", async () => {
    const isotherm = begin({ use: [attention()], every: 3_600_000 });
    await pass(1_000);
    await scroll(200);
    await pass(900);
    await isotherm.flush();
    expect(server.of("attention")).toMatchObject([
      {
        // Until it is looked where the page was scrolled to, 100 ms later, it counts as standing still.
        bands: [
          [0, 1_100],
          [1, 1_100],
          [2, 2_000],
          [3, 900],
          [4, 900],
        ],
        engaged: 2_000,
      },
    ]);
  });

  test("takes the visitor for gone thirty seconds after the last input, until the next", async () => {
    const isotherm = begin({ use: [attention()], every: 3_600_000 });
    await pass(10_000);
    input();
    await pass(100_000);
    input("keydown");
    await pass(5_000);
    await isotherm.flush();
    expect(server.of("attention")).toMatchObject([{ engaged: 45_000 }]);
  });

  test("stops while the page is hidden or without focus", async () => {
    const isotherm = begin({ use: [attention()], every: 3_600_000 });
    await pass(1_000);
    vi.mocked(document.hasFocus).mockImplementation(() => false);
    window.dispatchEvent(new Event("blur"));
    await pass(2_000);
    vi.mocked(document.hasFocus).mockImplementation(() => true);
    window.dispatchEvent(new Event("focus"));
    await pass(400);
    show(false);
    await pass(8_000);
    show(true);
    await pass(50);
    await isotherm.flush();
    expect(server.of("attention").map(({ engaged }) => engaged)).toEqual([1_400, 50]);
  });

  test("says nothing where there was nobody, and belongs to the page that was looked at", async () => {
    const isotherm = begin({ use: [attention()], every: 3_600_000 });
    await pass(700);
    history.pushState(null, "", `/attention-${Math.random()}`);
    await pass(300);
    await isotherm.flush();
    await isotherm.flush();
    const seen = server.accepted().map(({ page, events }) => [page.nav, events.map(({ type }) => type)]);
    expect(seen).toEqual([
      ["load", ["page", "attention"]],
      ["push", ["page", "attention"]],
    ]);
    expect(server.of("attention").map(({ engaged }) => engaged)).toEqual([700, 300]);
  });

  test("ends for a visitor sooner where the page says so", async () => {
    const isotherm = begin({ use: [attention({ idle: 1_000 })], every: 3_600_000 });
    await pass(60_000);
    await isotherm.flush();
    expect(server.of("attention")).toMatchObject([{ engaged: 1_000 }]);
  });

  test("reads no layout while the visitor scrolls", () => {
    const read = vi.fn(() => 0);
    begin({ use: [attention()] });
    Object.defineProperty(window, "scrollY", { configurable: true, get: read });
    for (let i = 0; i < 100; i++) document.dispatchEvent(new Event("scroll"));
    expect(read).not.toHaveBeenCalled();
  });
});
