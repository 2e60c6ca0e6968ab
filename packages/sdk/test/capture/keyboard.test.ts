import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keyboard } from "../../src/index.js";
import { begin, restoreBrowser, trusted } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

const press = (target: Element, key: string, init: KeyboardEventInit = {}): void => {
  target.dispatchEvent(trusted(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...init })));
};

captureConformance("keyboard", {
  create: () => keyboard(),
  act: (scene) => press(scene, "Tab"),
  types: ["keyboard"],
});

describe("keyboard", () => {
  let server: FakeServer;

  beforeEach(() => {
    vi.useFakeTimers();
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  test.each([
    ["navigation", ["ArrowUp", "PageDown", "Home", "End", "Tab"]],
    ["editing", ["Backspace", "Delete", "Enter", "Paste"]],
    ["modifier", ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]],
    ["system", ["Escape", "F1", "F12", "ContextMenu", "PrintScreen", "MediaPlayPause"]],
    ["other", ["a", "F", " ", "é", "中", "1", "Dead", "Process"]],
  ])("calls these %s, and never by their name: %s", async (cat, keys) => {
    const isotherm = begin({ use: [keyboard()] });
    for (const key of keys) press(document.body, key);
    await isotherm.flush();
    expect(server.of("keyboard")).toEqual(keys.map(() => ({ type: "keyboard", t: expect.any(Number), cat })));
  });

  test("tells nothing of what is typed into a field, not even how much", async () => {
    document.body.innerHTML = "<input id='a'><div id='b' contenteditable></div><textarea id='c'></textarea>";
    const isotherm = begin({ use: [keyboard()] });
    for (const field of document.body.children) for (const key of ["s", "e", "Tab"]) press(field, key);
    await isotherm.flush();
    expect(server.of("keyboard").map(({ cat }) => cat)).toEqual(["navigation", "navigation", "navigation"]);
  });

  test("counts a key that is held down once, and none that a script presses", async () => {
    const isotherm = begin({ use: [keyboard()] });
    press(document.body, "ArrowDown");
    press(document.body, "ArrowDown", { repeat: true });
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", bubbles: true }));
    await isotherm.flush();
    expect(server.of("keyboard")).toHaveLength(1);
  });
});
