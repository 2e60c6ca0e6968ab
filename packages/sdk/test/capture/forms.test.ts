import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { forms } from "../../src/index.js";
import { begin, restoreBrowser, stayOnPage, trusted } from "../support/browser.js";
import { type FakeServer, fakeServer } from "../support/server.js";
import { captureConformance } from "./conformance.js";

const happen = (target: Element | null, type: string): void => {
  target?.dispatchEvent(trusted(new Event(type, { composed: true, bubbles: type === "change" || type === "submit" })));
};

captureConformance("forms", {
  create: () => forms(),
  html: "<form id='scene'><input></form>",
  act: (scene) => happen(scene.querySelector("input"), "focus"),
  types: ["input"],
});

describe("forms", () => {
  let server: FakeServer;

  beforeEach(() => {
    vi.useFakeTimers();
    stayOnPage();
    server = fakeServer();
  });
  afterEach(restoreBrowser);

  test("records the way from the first field to the last, and no value", async () => {
    document.body.innerHTML =
      "<form id='order'><input id='mail' value='jane@doe.example'><textarea id='note'>jane</textarea></form>";
    const isotherm = begin({ use: [forms()] });
    const mail = document.querySelector("#mail");
    for (const type of ["focus", "change", "blur"]) happen(mail, type);
    happen(document.querySelector("#note"), "focus");
    happen(document.querySelector("form"), "submit");
    await isotherm.flush();
    expect(server.of("input").map(({ el, act }) => [el.split(" ")[0], act])).toEqual([
      ["#mail", "focus"],
      ["#mail", "change"],
      ["#mail", "blur"],
      ["#note", "focus"],
      ["#order", "submit"],
    ]);
    for (const event of server.of("input")) expect(Object.keys(event).sort()).toEqual(["act", "el", "t", "type"]);
    expect(server.requests.map(({ body }) => body).join()).not.toMatch(/jane/);
  });

  test("tells nothing of what was written by the element's anchor", async () => {
    const anchorOf = async (html: string): Promise<string | undefined> => {
      document.body.innerHTML = html;
      const isotherm = begin({ use: [forms()] });
      happen(document.querySelector("[x]"), "focus");
      await isotherm.flush();
      isotherm.stop();
      return server.of("input").at(-1)?.el;
    };
    expect(await anchorOf("<div x contenteditable>my secret</div>")).toBe(
      await anchorOf("<div x contenteditable>another</div>"),
    );
    expect(await anchorOf("<textarea x>my secret</textarea>")).toBe(await anchorOf("<textarea x>another</textarea>"));
  });

  test("leaves out buttons, and what a script makes happen", async () => {
    document.body.innerHTML = "<input id='send' type='submit'><button>Send</button><input id='mail'>";
    const isotherm = begin({ use: [forms()] });
    happen(document.querySelector("#send"), "focus");
    happen(document.querySelector("button"), "focus");
    document.querySelector("#mail")?.dispatchEvent(new Event("change", { bubbles: true }));
    await isotherm.flush();
    expect(server.of("input")).toEqual([]);
  });
});
