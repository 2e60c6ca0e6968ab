import { describe, expect, test } from "vitest";
import { clicks, rage } from "../../src/index.js";
import { begin, pass } from "../support/browser.js";
import { byId, press, pressPage, withClicks } from "../support/press.js";
import { captureConformance } from "./conformance.js";

const { server, open: startPresses } = pressPage(rage);

captureConformance("rage", {
  create: () => withClicks(rage()),
  html: "<main id='scene'><button>Buy</button></main>",
  act: (scene) => press(scene.firstElementChild ?? scene),
  types: ["click"],
});

describe("rage", () => {
  test("marks the third press in a row at one place as rage, and no other", async () => {
    const isotherm = startPresses("<b id='b'></b><input id='i'>");
    const row = async (...places: [x: number, wait: number][]): Promise<void> => {
      for (const [clientX, wait] of places) {
        await pass(wait);
        press(byId("b"), { clientX });
      }
    };
    await row([0, 0], [10, 500], [20, 999], [20, 100]);
    await row([20, 1_000], [20, 100], [60, 100], [60, 100]);
    await isotherm.flush();
    expect(
      server()
        .of("click")
        .map(({ rage = false }) => rage),
    ).toEqual([false, false, true, false, false, false, false, false]);
    for (let i = 0; i < 3; i++) press(byId("i"));
    await isotherm.flush();
    expect(
      server()
        .of("click")
        .filter(({ rage }) => rage),
    ).toHaveLength(1);
  });

  test("counts as it is told to", async () => {
    document.body.innerHTML = "<b id='b'></b><i id='i'></i>";
    const isotherm = begin({ use: [clicks(), rage({ presses: 2, within: 100, distance: 5, exempt: "i" })] });
    press(byId("b"));
    press(byId("b"), { clientX: 179 });
    await pass(100);
    press(byId("b"), { clientX: 179 });
    press(byId("i"));
    press(byId("i"));
    await isotherm.flush();
    expect(
      server()
        .of("click")
        .map((one) => one.rage ?? false),
    ).toEqual([false, true, false, false, false]);
  });
});
