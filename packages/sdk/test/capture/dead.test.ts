import { describe, expect, test } from "vitest";
import { dead } from "../../src/index.js";
import { pass, trusted } from "../support/browser.js";
import { byId, press, pressPage, withClicks } from "../support/press.js";
import { captureConformance } from "./conformance.js";

const { server, open: startPresses } = pressPage(dead);

captureConformance("dead", {
  create: () => withClicks(dead()),
  html: "<main id='scene'><button>Buy</button></main>",
  act: async (scene) => {
    press(scene.firstElementChild ?? scene);
    await pass(2_600);
  },
  types: ["dead"],
});

describe("dead presses", () => {
  const deadAfter = async (html: string, act: () => void = () => {}, init = {}): Promise<number[]> => {
    const isotherm = startPresses(`${html}<p id='p'></p>`);
    press(byId("x"), init);
    act();
    await pass(2_600);
    await isotherm.flush();
    return server()
      .of("dead")
      .map(({ of }) => of);
  };
  const button = "<button id='x'>Save</button>";

  test("are told apart later, by their number", async () => {
    expect(await deadAfter(button)).toEqual([0]);
  });

  test("are recognised by the pointer's shape where markup says nothing", async () => {
    expect(await deadAfter("<div id='x' style='cursor: pointer'></div>")).toEqual([0]);
    expect(await deadAfter("<div id='x'></div>")).toEqual([0]);
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
    expect(await deadAfter(button, act)).toEqual([]);
  });

  test("are not dead where a shadow root changes inside", async () => {
    const isotherm = startPresses("<my-card id='x' onclick=''></my-card>");
    const root = byId("x").attachShadow({ mode: "open" });
    root.innerHTML = "<button></button>";
    press(root.querySelector("button") as Element);
    root.append("done");
    await pass(2_600);
    await isotherm.flush();
    expect(server().of("dead")).toEqual([]);
  });

  test("are not dead where the page answered before the click was complete", async () => {
    const isotherm = startPresses(`${button}<p id='p'></p>`);
    byId("x").dispatchEvent(trusted(new PointerEvent("pointerdown", { bubbles: true, composed: true })));
    byId("p").append("menu");
    await pass(10);
    byId("x").dispatchEvent(trusted(new MouseEvent("click", { bubbles: true, composed: true, detail: 1 })));
    await pass(2_600);
    await isotherm.flush();
    expect(server().of("dead")).toEqual([]);
  });

  test("are each told apart where several follow each other", async () => {
    const isotherm = startPresses(button);
    for (let i = 0; i < 3; i++) {
      press(byId("x"));
      await pass(400);
    }
    await pass(2_600);
    await isotherm.flush();
    expect(
      server()
        .of("dead")
        .map(({ of }) => of),
    ).toEqual([0, 1, 2]);
  });

  test.each([
    ["a link that runs a script", "<a id='x' href='javascript:void(0)'>x</a>"],
    ["a link to nowhere", "<a id='x' href='#'>x</a>"],
    ["a link whose way the page forbids", "<a id='x' href='/slow-page'>x</a>"],
    ["a submit button of old", "<input id='x' type='submit'>"],
  ])("come from %s", async (_name, html) => {
    const forbid = (event: Event): void => event.preventDefault();
    addEventListener("click", forbid);
    expect(await deadAfter(html)).toEqual([0]);
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
    expect(await deadAfter(html)).toEqual([]);
  });

  test("do not come from a press with a modifier", async () => {
    expect(await deadAfter(button, () => {}, { ctrlKey: true })).toEqual([]);
  });
});
