import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ClickOptions, clicks, type Isotherm } from "../../src/index.js";
import { begin, pass, restoreBrowser, stayOnPage, trusted } from "../support/browser.js";
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
const byId = (id: string): Element => document.getElementById(id) as Element;

let presses = 0;
function press(target: EventTarget, init: MouseEventInit & { type?: string; timeStamp?: number } = {}): void {
  const all = { bubbles: true, composed: true, cancelable: true, clientX: 175, clientY: 250, detail: 1, ...init };
  if (all.detail) target.dispatchEvent(trusted(new PointerEvent("pointerdown", all)));
  const event = trusted(new MouseEvent(init.type ?? "click", all));
  Object.defineProperty(event, "timeStamp", { value: init.timeStamp ?? performance.now() + ++presses / 1_000 });
  target.dispatchEvent(event);
}

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

  test("says where a link leads: out, or to a file", async () => {
    const isotherm = startClicks(
      "<a id='out' href='https://other.example/p?token=secret&ref=us'><i id='inner'></i></a>" +
        "<a id='file' href='/price-list.pdf'></a><a id='download' href='/data' download></a>" +
        "<a id='in' href='/next'></a><a id='mail' href='mailto:jane@doe.example'></a>",
    );
    for (const id of ["inner", "file", "download", "in", "mail"]) press(byId(id));
    await isotherm.flush();
    expect(server.of("click").map(({ out, file }) => out ?? file)).toEqual([
      "https://other.example/p?ref=us",
      `${location.origin}/price-list.pdf`,
      `${location.origin}/data`,
      undefined,
      undefined,
    ]);
  });

  test("records the other buttons as such", async () => {
    const isotherm = startClicks("<a id='out' href='https://other.example/'></a>");
    press(byId("out"), { type: "auxclick", button: 1 });
    press(byId("out"), { type: "auxclick", button: 2 });
    await isotherm.flush();
    expect(server.of("click").map(({ btn, out }) => [btn, out])).toEqual([
      [1, "https://other.example/"],
      [2, undefined],
    ]);
  });

  test("tracks what the markup asks for", async () => {
    const isotherm = startClicks("<div data-iso-track='signup' data-iso-track-plan='pro'><b id='inner'></b></div>");
    press(byId("inner"));
    await isotherm.flush();
    expect(server.of("custom")).toMatchObject([{ name: "signup", props: { plan: "pro" } }]);
  });

  test("marks the third press in a row at one place as rage, and no other", async () => {
    const isotherm = startClicks("<b id='b'></b><input id='i'>");
    const row = async (...places: [x: number, wait: number][]): Promise<void> => {
      for (const [clientX, wait] of places) {
        await pass(wait);
        press(byId("b"), { clientX });
      }
    };
    await row([0, 0], [10, 500], [20, 999], [20, 100]);
    await row([20, 1_000], [20, 100], [60, 100], [60, 100]);
    await isotherm.flush();
    expect(server.of("click").map(({ rage = false }) => rage)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    for (let i = 0; i < 3; i++) press(byId("i"));
    await isotherm.flush();
    expect(server.of("click").filter(({ rage }) => rage)).toHaveLength(1);
  });
});

describe("dead presses", () => {
  const dead = async (html: string, act: () => void = () => {}, init = {}): Promise<number[]> => {
    const isotherm = startClicks(`${html}<p id='p'></p>`);
    press(byId("x"), init);
    act();
    await pass(2_600);
    await isotherm.flush();
    return server.of("dead").map(({ of }) => of);
  };
  const button = "<button id='x'>Save</button>";

  test("are told apart later, by their number", async () => {
    expect(await dead(button)).toEqual([0]);
  });

  test("are recognised by the pointer's shape where markup says nothing", async () => {
    expect(await dead("<div id='x' style='cursor: pointer'></div>")).toEqual([0]);
    expect(await dead("<div id='x'></div>")).toEqual([0]);
  });

  test.each<[string, () => void]>([
    ["the page changes", () => byId("p").append("text")],
    ["an attribute changes", () => byId("p").setAttribute("class", "open")],
    ["the page scrolls", () => document.dispatchEvent(new Event("scroll"))],
    ["the focus moves", () => byId("p").dispatchEvent(new Event("focus"))],
    ["a value changes", () => byId("p").dispatchEvent(new Event("change", { bubbles: true }))],
    ["a form is sent", () => byId("p").dispatchEvent(new Event("submit", { bubbles: true }))],
    ["a page view begins", () => history.pushState(null, "", `/dead-${Math.random()}`)],
  ])("are not dead where %s", async (_name, act) => {
    expect(await dead(button, act)).toEqual([]);
  });

  test("are not dead where a shadow root changes inside", async () => {
    const isotherm = startClicks("<my-card id='x' onclick=''></my-card>");
    const root = byId("x").attachShadow({ mode: "open" });
    root.innerHTML = "<button></button>";
    press(root.querySelector("button") as Element);
    root.append("done");
    await pass(2_600);
    await isotherm.flush();
    expect(server.of("dead")).toEqual([]);
  });

  test("are not dead where the page answered before the click was complete", async () => {
    const isotherm = startClicks(`${button}<p id='p'></p>`);
    byId("x").dispatchEvent(trusted(new PointerEvent("pointerdown", { bubbles: true, composed: true })));
    byId("p").append("menu");
    await pass(10);
    byId("x").dispatchEvent(trusted(new MouseEvent("click", { bubbles: true, composed: true, detail: 1 })));
    await pass(2_600);
    await isotherm.flush();
    expect(server.of("dead")).toEqual([]);
  });

  test("are each told apart where several follow each other", async () => {
    const isotherm = startClicks(button);
    for (let i = 0; i < 3; i++) {
      press(byId("x"));
      await pass(400);
    }
    await pass(2_600);
    await isotherm.flush();
    expect(server.of("dead").map(({ of }) => of)).toEqual([0, 1, 2]);
  });

  test.each([
    ["a link that runs a script", "<a id='x' href='javascript:void(0)'>x</a>"],
    ["a link to nowhere", "<a id='x' href='#'>x</a>"],
    ["a link whose way the page forbids", "<a id='x' href='/slow-page'>x</a>"],
    ["a submit button of old", "<input id='x' type='submit'>"],
  ])("come from %s", async (_name, html) => {
    const forbid = (event: Event): void => event.preventDefault();
    addEventListener("click", forbid);
    expect(await dead(html)).toEqual([0]);
    removeEventListener("click", forbid);
  });

  test.each([
    ["a video", "<video id='x' onclick=''></video>"],
    ["a canvas", "<canvas id='x' onclick=''></canvas>"],
    ["a select", "<select id='x' onclick=''></select>"],
    ["a link that leaves", "<a id='x' href='/slow-page'>x</a>"],
    ["a link to another window", "<a id='x' href='#' target='_blank'>x</a>"],
    ["a download", "<a id='x' href='#' download>x</a>"],
    ["a popover's button", "<button id='x' popovertarget='p'>x</button>"],
  ])("do not come from %s", async (_name, html) => {
    expect(await dead(html)).toEqual([]);
  });

  test("do not come from a press with a modifier", async () => {
    expect(await dead(button, () => {}, { ctrlKey: true })).toEqual([]);
  });

  test("can be left out", async () => {
    const isotherm = startClicks(button, { dead: false });
    press(byId("x"));
    await pass(2_600);
    await isotherm.flush();
    expect(server.of("dead")).toEqual([]);
  });

  test("records a press on a link in an SVG image", async () => {
    const isotherm = startClicks("<svg><a href='https://x.example/'><rect id='shape'></rect></a></svg>");
    // happy-dom knows no SVGAElement: its href is an object, and it has no protocol.
    const link = byId("shape").closest("a");
    Object.defineProperties(link, { href: { value: {} }, protocol: { value: undefined } });
    press(byId("shape"));
    await pass(3_000);
    await isotherm.flush();
    expect(server.of("click")).toHaveLength(1);
  });

  test("sends nothing of a text that is being written", async () => {
    const isotherm = startClicks("<div id='editor' contenteditable>my secret</div>", { text: true });
    Object.defineProperty(byId("editor"), "isContentEditable", { value: true });
    press(byId("editor"));
    await isotherm.flush();
    expect(server.of("click")[0]?.el).toBe("#editor div=");
  });
});
