import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementName } from "../../../src/app/heat/anchor.js";

describe("elementName", () => {
  test.each([
    ["#start-trial button=1x2y3z", "Button “start trial”"],
    ["[data-iso=hero_cta] a=1x2", "Link “hero cta”"],
    ["html:1>body:1>main:1>section:3>article.card:2>a:1 a=zz", "Link in article 2"],
    ["#menu>ul:1>li.item:3>a:1 a=k2", "Link in list item 3"],
    ["#menu>div:1>a:4 a=k2", "Link 4 in “menu”"],
    ["html:1>body:1>div[role=tablist]:1>div[role=tab]:2 div[role=tab]=q1", "Tab 2"],
    ["html:1>body:1>button:1 button=Start%20free%20trial", "Button “Start free trial”"],
    ["#host>>button.primary:1 button=ab1", "Button in “host”"],
    ["html:1 html=1", "Page background"],
  ])("reads %s as %s", (anchor, title) => {
    expect(elementName(anchor).title.startsWith(title)).toBe(true);
  });

  test("keeps the path as it was recorded, less the root that says nothing", () => {
    expect(elementName("#menu>a:4 a=k2").path).toBe("#menu>a:4");
    expect(elementName("html:1>body:1>main:1>a:4 a=k2").path).toBe("main:1>a:4");
  });

  test("finds words for whatever was recorded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (anchor) => {
        expect(elementName(anchor).title).not.toBe("");
      }),
    );
  });

  test("survives a code that was cut in the middle", () => {
    expect(elementName("#a%2 button=Buy%20no%").title).toBe("Button “Buy%20no%”");
  });
});
