import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { scrolls } from "../../src/index.js";
import { begin, pass, restoreBrowser } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

let server: FakeServer;

const size = (element: Element, height: number, visible: number): void => {
  Object.defineProperties(element, {
    scrollHeight: { configurable: true, value: height },
    clientHeight: { configurable: true, value: visible },
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("innerHeight", 500);
  Object.defineProperty(document, "scrollingElement", { configurable: true, value: document.documentElement });
  document.documentElement.scrollTop = 0;
  size(document.documentElement, 2_000, 500);
  server = fakeServer();
});
afterEach(async () => {
  await restoreBrowser();
  for (const name of ["scrollHeight", "clientHeight"]) Reflect.deleteProperty(document.documentElement, name);
  Reflect.deleteProperty(document, "scrollingElement");
});

function scrollTo(element: Element, y: number): void {
  element.scrollTop = y;
  (element === document.documentElement ? document : element).dispatchEvent(new Event("scroll"));
}

captureConformance("scrolls", {
  create: () => scrolls(),
  act: async (scene) => {
    scrollTo(scene, scene.scrollTop + 10);
    await pass(100);
  },
  types: ["scroll"],
});

describe("scrolls", () => {
  test("reports the depth of a page that is never scrolled, once", async () => {
    const isotherm = begin({ use: [scrolls()] });
    await isotherm.flush();
    isotherm.track("later");
    await isotherm.flush();
    expect(server.of("scroll")).toEqual([{ type: "scroll", t: 0, path: [0], max: 250 }]);
  });

  test("records a trail in steps, and the deepest edge", async () => {
    const isotherm = begin({ use: [scrolls()] });
    scrollTo(document.documentElement, 100);
    await pass(100);
    scrollTo(document.documentElement, 300);
    scrollTo(document.documentElement, 700);
    await pass(100);
    scrollTo(document.documentElement, 200);
    await pass(100);
    await isotherm.flush();
    expect(server.of("scroll")).toMatchObject([{ path: [100, 100, 600, 100, -500], max: 600 }]);
  });

  test("takes the end of a trail that the freeze cuts", async () => {
    const isotherm = begin({ use: [scrolls()] });
    scrollTo(document.documentElement, 100);
    await pass(100);
    scrollTo(document.documentElement, 900);
    await isotherm.flush();
    expect(server.of("scroll")).toMatchObject([{ path: [100, 0, 800], max: 700 }]);
  });

  test("measures the page again as it grows, and begins at nought on the next", async () => {
    const isotherm = begin({ use: [scrolls()] });
    scrollTo(document.documentElement, 1_500);
    await pass(100);
    await isotherm.flush();
    size(document.documentElement, 4_000, 500);
    scrollTo(document.documentElement, 1_400);
    await pass(100);
    history.pushState(null, "", "/next");
    document.documentElement.scrollTop = 0;
    await isotherm.flush();
    expect(server.of("scroll").map(({ max }) => max)).toEqual([1_000, 500, 125]);
  });

  test("follows containers by their anchor, and leaves out what is to be ignored", async () => {
    document.body.innerHTML = "<div id='list'></div><div data-iso-ignore><div id='other'></div></div>";
    const [list, other] = ["#list", "#other"].map((id) => document.querySelector(id) as Element);
    if (!list || !other) throw new Error("no containers");
    size(list, 1_000, 100);
    const isotherm = begin({ use: [scrolls()] });
    scrollTo(list, 400);
    scrollTo(other, 400);
    await pass(100);
    await isotherm.flush();
    expect(server.of("scroll").filter(({ el }) => el)).toMatchObject([
      { path: [400], max: 500, el: expect.stringMatching(/^#list /) },
    ]);
  });

  test("reads no layout while the visitor scrolls", () => {
    const read = vi.fn(() => 0);
    begin({ use: [scrolls()] });
    Object.defineProperty(document.documentElement, "scrollHeight", { configurable: true, get: read });
    for (let i = 0; i < 100; i++) document.dispatchEvent(new Event("scroll"));
    expect(read).not.toHaveBeenCalled();
  });
});
