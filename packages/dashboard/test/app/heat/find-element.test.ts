import { afterEach, describe, expect, test } from "vitest";
import { anchors } from "../../../../sdk/src/anchor.js";
import { finder } from "../../../src/app/heat/find-element.js";

afterEach(() => {
  document.body.innerHTML = "";
});

const page = `<header><a href="#">One</a><a href="#" role="tab" class="entry">Two words</a></header>
  <main id="order" data-iso="the box"><p>first</p><p class="price">5 €</p><ul><li>a</li><li><button>Buy</button></li></ul></main>
  <button aria-label="Close it">×</button><div><span></span><span></span></div>`;

describe("an element", () => {
  test("is found by the anchors that the SDK gives it, whichever it is", () => {
    document.body.innerHTML = page;
    const all = [...document.querySelectorAll("body *")];
    const find = finder(document);
    expect(all.length).toBeGreaterThan(12);
    for (const element of all)
      for (const verbatim of [false, true]) expect(find(anchors(element, verbatim))).toBe(element);
  });

  test("is found in shadow roots", () => {
    document.body.innerHTML = '<x-card id="card"></x-card>';
    const root = document.querySelector("x-card")?.attachShadow({ mode: "open" });
    if (!root) throw new Error("no shadow root");
    root.innerHTML = "<p></p><p><b>deep</b></p>";
    const deep = root.querySelector("b");
    if (!deep) throw new Error("nothing is deep");
    expect(finder(document)(anchors(deep))).toBe(deep);
  });

  test("that moved is found by what it is, if only one is like that", () => {
    document.body.innerHTML = page;
    const buy = anchors(document.querySelector("li button") as Element);
    const price = anchors(document.querySelector(".price") as Element);
    document.body.innerHTML = "<section><button>Buy</button><p>5 €</p></section><p>5 €</p>";
    expect(finder(document)(buy)).toBe(document.querySelector("button"));
    expect(finder(document)(price)).toBeUndefined();
  });

  test("that is another one by now, in the same place, is not taken for it", () => {
    document.body.innerHTML = '<div><a class="offer" href="#">Save</a></div>';
    const anchor = anchors(document.querySelector("a") as Element);
    document.body.innerHTML = '<div><a class="imprint" href="#">Imprint</a></div>';
    expect(finder(document)(anchor)).toBeUndefined();
  });
});
