import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { anchors } from "../src/anchor.js";

afterEach(() => {
  document.body.innerHTML = "";
});

const find = (html: string, selector = "[x]"): Element => {
  document.body.innerHTML = html;
  return document.querySelector(selector) as Element;
};
const strict = (html: string): string => anchors(find(html)).split(" ")[0] ?? "";
const loose = (html: string): string => anchors(find(html)).split(" ")[1] ?? "";

describe("anchors", () => {
  test.each([
    ["its given name", "<button x data-iso='buy now'></button>", "[data-iso=buy%20now]"],
    ["its own id", "<button x id='buy'></button>", "#buy"],
    ["the nearest id", "<main id='shop'><p></p><ul><li></li><li x></li></ul></main>", "#shop>ul:1>li:2"],
    ["its role", "<div id='a'><div role='tab' x></div></div>", "#a>div[role=tab]:1"],
    ["a class in words", "<div id='a'><div class='css-1x2y3z card' x></div></div>", "#a>div.card:1"],
  ])("recognise an element by %s", (_name, html, expected) => {
    expect(strict(html)).toBe(expected);
  });

  test.each([":r1:", "_r_a_", "radix-_r_k_", "mui-12", "a8f3c9", "row-10", "ember5"])(
    "do not trust the generated id %s",
    (id) => {
      expect(strict(`<main id='m'><b x id='${id}'></b></main>`)).toBe("#m>b:1");
    },
  );

  test.each(["css-1x2y3z", "sc-bdVaJa", "button_primary__x7Yz", "mt-4", "active", "is-open", "xkqzpt"])(
    "do not trust the class %s",
    (name) => {
      expect(strict(`<main id='m'><b x class='${name}'></b></main>`)).toBe("#m>b:1");
    },
  );

  test("do not trust an id that is there twice", () => {
    const second = find("<main id='m'><b id='twice'></b><b x id='twice'></b></main>");
    expect(anchors(second)).toMatch(/^#m>b:2 /);
  });

  test("go through open shadow roots", () => {
    const host = find("<main id='m'><my-card x></my-card></main>");
    const root = host.attachShadow({ mode: "open" });
    root.innerHTML = "<p></p><section><button>Buy</button></section>";
    expect(anchors(root.querySelector("button") as Element)).toMatch(/^#m>my-card:1>>section:1>button:1 button=/);
    root.innerHTML = "<b id='inner'></b>";
    expect(anchors(root.querySelector("b") as Element)).toMatch(/^#m>my-card:1>>#inner /);
  });

  test("tell by the second part what an element is, wherever it stands", () => {
    const one = loose("<main><p></p><button x>Buy   now</button></main>");
    expect(one).toBe(loose("<footer><div><button x> Buy now </button></div></footer>"));
    expect(one).not.toBe(loose("<button x>Sell now</button>"));
    expect(loose("<button x aria-label='Close'>×</button>")).toBe(loose("<button x>Close</button>"));
  });

  test("never hold text, unless asked to", () => {
    const element = find("<button x aria-label='Jane Doe'>Jane Doe</button>");
    expect(anchors(element)).not.toMatch(/Jane/);
    expect(anchors(element, true)).toBe("html:1>body:1>button:1 button=Jane%20Doe");
  });

  test("never hold, nor tell by a hash, what is written or what is to be kept out", () => {
    for (const inner of ["<p contenteditable>%</p>", "<textarea>%</textarea>", "<p data-iso-mask>%</p>"]) {
      const one = loose(`<section x>Note ${inner.replace("%", "my secret")}</section>`);
      expect(one).toBe(loose(`<section x>Note ${inner.replace("%", "another one")}</section>`));
      expect(anchors(find(`<section x>Note ${inner.replace("%", "secret")}</section>`), true)).not.toMatch(/secret/);
    }
  });

  test("have two parts without a space, and fit, whatever the page is like", () => {
    const word = fc.string({ maxLength: 300 });
    fc.assert(
      fc.property(word, word, word, word, fc.nat(60), (name, id, kind, label, depth) => {
        document.body.innerHTML = "";
        let at: Element = document.body;
        for (let i = 0; i <= depth; i++) at = at.appendChild(document.createElement("section"));
        at.id = id;
        at.setAttribute("role", kind);
        at.setAttribute("aria-label", label);
        if (depth % 2) at.setAttribute("data-iso", name);
        const text = anchors(at, depth % 3 === 0);
        expect(text.length).toBeLessThanOrEqual(512);
        expect(text.split(" ")).toHaveLength(2);
        expect(anchors(at, depth % 3 === 0)).toBe(text);
      }),
    );
  });
});
