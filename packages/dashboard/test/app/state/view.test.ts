import { widthClasses } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backgrounds, firstView, kinds, metrics, periods, readView, writeView } from "../../../src/app/state/view.js";

describe("view", () => {
  test("writes nothing for the first view, so that its address is the bare one", () => {
    expect(writeView(firstView)).toBe("");
    expect(readView("")).toEqual(firstView);
  });

  test("is readable in the address bar", () => {
    expect(writeView({ ...firstView, site: "shop", page: "/tents/ridge-2", kind: "move", bucket: 0 })).toBe(
      "?site=shop&page=/tents/ridge-2&kind=move&bucket=0",
    );
  });

  test("takes what it does not know for what is usual", () => {
    expect(readView("?period=century&metric=luck&kind=rage&bucket=7&utm=x")).toEqual(firstView);
  });

  test("comes back from the address as it went in", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    const view = fc.record({
      site: fc.option(text),
      page: fc.option(text),
      period: fc.constantFrom(...periods),
      metric: fc.constantFrom(...metrics),
      kind: fc.constantFrom(...kinds),
      bucket: fc.option(fc.constantFrom("all" as const, ...widthClasses)),
      background: fc.constantFrom(...backgrounds),
    });
    fc.assert(
      fc.property(view, (one) => {
        expect(readView(writeView(one))).toEqual(one);
      }),
    );
  });
});
