import { describe, expect, test } from "vitest";
import { links } from "../../src/index.js";
import { byId, press, pressPage, withClicks } from "../support/press.js";
import { captureConformance } from "./conformance.js";

const { server, open: startPresses } = pressPage(links);

captureConformance("links", {
  create: () => withClicks(links()),
  html: "<main id='scene'><a href='https://other.example/'>Out</a></main>",
  act: (scene) => press(scene.firstElementChild ?? scene),
  types: ["click"],
});

describe("links", () => {
  test("says where a link leads: out, or to a file", async () => {
    const isotherm = startPresses(
      "<a id='out' href='https://other.example/p?token=secret&ref=us'><i id='inner'></i></a>" +
        "<a id='file' href='/price-list.pdf'></a><a id='download' href='/data' download></a>" +
        "<a id='in' href='/next'></a><a id='mail' href='mailto:jane@doe.example'></a>",
    );
    for (const id of ["inner", "file", "download", "in", "mail"]) press(byId(id));
    await isotherm.flush();
    expect(
      server()
        .of("click")
        .map(({ out, file }) => out ?? file),
    ).toEqual([
      "https://other.example/p?ref=us",
      `${location.origin}/price-list.pdf`,
      `${location.origin}/data`,
      undefined,
      undefined,
    ]);
  });

  test("of the middle button lead somewhere, of the right one nowhere", async () => {
    const isotherm = startPresses("<a id='out' href='https://other.example/'></a>");
    press(byId("out"), { type: "auxclick", button: 1 });
    press(byId("out"), { type: "auxclick", button: 2 });
    await isotherm.flush();
    expect(
      server()
        .of("click")
        .map(({ btn, out }) => [btn, out]),
    ).toEqual([
      [1, "https://other.example/"],
      [2, undefined],
    ]);
  });

  test("in an SVG image are presses as others are", async () => {
    const isotherm = startPresses("<svg><a href='https://x.example/'><rect id='shape'></rect></a></svg>");
    // happy-dom knows no SVGAElement: its href is an object, and it has no protocol.
    const link = byId("shape").closest("a");
    Object.defineProperties(link, { href: { value: {} }, protocol: { value: undefined } });
    press(byId("shape"));
    await isotherm.flush();
    expect(server().of("click")).toMatchObject([{ n: 0 }]);
  });

  test("lead out from inside a shadow root as well", async () => {
    const isotherm = startPresses("<a href='https://other.example/'><my-card id='card'></my-card></a>");
    const root = byId("card").attachShadow({ mode: "open" });
    root.innerHTML = "<button>Open</button>";
    press(root.querySelector("button") as Element);
    await isotherm.flush();
    expect(server().of("click")).toMatchObject([{ out: "https://other.example/" }]);
  });
});
