import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ClickOptions, clicks, type Isotherm } from "../../src/index.js";
import { begin, restoreBrowser, stayOnPage } from "../support/browser.js";
import { byId, press } from "../support/press.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  stayOnPage();
  server = fakeServer();
  // happy-dom has no layout: every element stands at 100, 200 and measures 300 × 100.
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(100, 200, 300, 100));
});
afterEach(restoreBrowser);

const startClicks = (html: string, options?: ClickOptions): Isotherm => {
  document.body.innerHTML = html;
  return begin({ use: [clicks(options)] });
};

captureConformance("clicks", {
  create: () => clicks(),
  html: "<main id='scene'><button>Buy</button></main>",
  act: (scene) => press(scene.firstElementChild ?? scene),
  types: ["click"],
});

describe("clicks", () => {
  test("records where in its element and in the document a press was, numbered within its page view", async () => {
    vi.stubGlobal("scrollX", 10);
    vi.stubGlobal("scrollY", 1_000);
    const isotherm = startClicks("<button id='buy'>Buy</button>");
    press(byId("buy"));
    press(byId("buy"));
    history.pushState(null, "", `/clicks-${Date.now()}`);
    press(byId("buy"));
    await isotherm.flush();
    expect(server.of("click")).toMatchObject([
      { n: 0, x: 185, y: 1_250, ex: 8_192, ey: 16_384, el: expect.stringMatching(/^#buy button=/) },
      { n: 1 },
      { n: 0 },
    ]);
    expect(server.of("click")[0]).not.toHaveProperty("kb");
  });

  test("sees a press before the page's own handlers can stop it or remove its element", async () => {
    const isotherm = startClicks("<button id='buy'>Buy</button>");
    document.addEventListener(
      "click",
      (event) => {
        event.stopImmediatePropagation();
        document.body.innerHTML = "";
      },
      { capture: true, once: true },
    );
    press(byId("buy"));
    await isotherm.flush();
    expect(server.of("click")).toMatchObject([{ el: expect.stringMatching(/^#buy /) }]);
  });

  test("takes the middle of the element for a press from the keyboard", async () => {
    const isotherm = startClicks("<button id='buy'>Buy</button>");
    press(byId("buy"), { detail: 0, clientX: 0, clientY: 0 });
    await isotherm.flush();
    expect(server.of("click")).toMatchObject([{ kb: true, ex: 16_384, ey: 16_384, x: 250, y: 250 }]);
  });

  test("takes a press on a label, which clicks its control as well, for one", async () => {
    const isotherm = startClicks("<label id='label'></label><input id='box' type='checkbox'>");
    press(byId("label"), { timeStamp: 1_000.5 });
    press(byId("box"), { timeStamp: 1_000.5 });
    await isotherm.flush();
    expect(server.of("click").map(({ el }) => el.split(" ")[0])).toEqual(["#label"]);
  });

  test("leaves out what a script clicks and what is to be ignored", async () => {
    const isotherm = startClicks("<button id='buy'></button><div data-iso-ignore><b id='not'></b></div>");
    (byId("buy") as HTMLElement).click();
    press(byId("not"));
    await isotherm.flush();
    expect(server.of("click")).toEqual([]);
  });

  test("names the element inside an open shadow root", async () => {
    const isotherm = startClicks("<my-card id='card'></my-card>");
    const root = byId("card").attachShadow({ mode: "open" });
    root.innerHTML = "<button>Buy</button>";
    press(root.querySelector("button") as Element);
    await isotherm.flush();
    expect(server.of("click")[0]?.el).toMatch(/^#card>>button:1 button=/);
  });

  test("counts from the viewport where an ancestor is fixed or stuck to its edge", async () => {
    vi.stubGlobal("scrollY", 1_000);
    const isotherm = startClicks(
      "<div style='position: fixed'><b id='fixed'></b></div>" +
        "<div style='position: sticky; top: 200px'><b id='stuck'></b></div>" +
        "<div style='position: sticky; top: 0px'><b id='loose'></b></div>",
    );
    for (const id of ["fixed", "stuck", "loose"]) press(byId(id));
    await isotherm.flush();
    expect(server.of("click").map(({ fixed, y }) => [fixed, y])).toEqual([
      [true, 250],
      [true, 250],
      [undefined, 1_250],
    ]);
  });

  test("names the scroll container, and how far it was scrolled", async () => {
    const isotherm = startClicks("<div id='list' style='overflow-y: auto'><b id='row'></b></div>");
    Object.defineProperties(byId("list"), { scrollHeight: { value: 900 }, clientHeight: { value: 100 } });
    byId("list").scrollTop = 120;
    press(byId("row"));
    await isotherm.flush();
    expect(server.of("click")[0]?.box).toEqual({ el: expect.stringMatching(/^#list /), x: 0, y: 120 });
  });

  test("records the other buttons as such", async () => {
    const isotherm = startClicks("<button id='buy'></button>");
    press(byId("buy"), { type: "auxclick", button: 1 });
    press(byId("buy"), { type: "auxclick", button: 2 });
    await isotherm.flush();
    expect(server.of("click").map(({ btn }) => btn)).toEqual([1, 2]);
  });

  test("sends nothing of a text that is being written", async () => {
    const isotherm = startClicks("<div id='editor' contenteditable>my secret</div>", { text: true });
    Object.defineProperty(byId("editor"), "isContentEditable", { value: true });
    press(byId("editor"));
    await isotherm.flush();
    expect(server.of("click")[0]?.el).toBe("#editor div=");
  });
});
