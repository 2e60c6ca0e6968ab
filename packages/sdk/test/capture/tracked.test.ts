import { describe, expect, test } from "vitest";
import { clicks, type IsothermError, rage, tracked } from "../../src/index.js";
import { begin } from "../support/browser.js";
import { byId, press, pressPage, withClicks } from "../support/press.js";
import { captureConformance } from "./conformance.js";

const { server, open: startPresses } = pressPage(tracked);

captureConformance("tracked", {
  create: () => withClicks(tracked()),
  html: "<main id='scene'><button data-iso-track='buy'>Buy</button></main>",
  act: (scene) => press(scene.firstElementChild ?? scene),
  types: ["custom"],
});

describe("tracked", () => {
  test("tracks what the markup asks for", async () => {
    const isotherm = startPresses("<div data-iso-track='signup' data-iso-track-plan='pro'><b id='inner'></b></div>");
    press(byId("inner"));
    await isotherm.flush();
    expect(server().of("custom")).toMatchObject([{ name: "signup", props: { plan: "pro" } }]);
  });

  test("is what the first button presses, and what has a name", async () => {
    const isotherm = startPresses("<b id='one' data-iso-track='open'></b><b id='none' data-iso-track></b>");
    press(byId("one"), { type: "auxclick", button: 1 });
    press(byId("none"));
    await isotherm.flush();
    expect(server().of("custom")).toEqual([]);
  });

  test("is also asked for by what stands around a shadow root", async () => {
    const isotherm = startPresses("<my-card id='card' data-iso-track='open'></my-card>");
    const root = byId("card").attachShadow({ mode: "open" });
    root.innerHTML = "<button>Open</button>";
    press(root.querySelector("button") as Element);
    await isotherm.flush();
    expect(server().of("custom")).toMatchObject([{ name: "open" }]);
  });

  test("goes on where another capture throws", async () => {
    const errors: IsothermError[] = [];
    document.body.innerHTML = "<button id='buy' data-iso-track='buy'></button>";
    const use = [clicks(), rage({ exempt: "[" }), tracked()];
    const isotherm = begin({ use, onError: (error) => errors.push(error) });
    press(byId("buy"));
    await isotherm.flush();
    expect(server().of("custom")).toMatchObject([{ name: "buy" }]);
    expect(errors.map(({ code }) => code)).toEqual(["capture_failed"]);
  });
});
