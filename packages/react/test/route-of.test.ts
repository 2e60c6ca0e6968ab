import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeOf } from "../src/route-of.js";

describe("routeOf", () => {
  test.each([
    ["/", {}, "/"],
    ["/pricing", {}, "/pricing"],
    ["/users/42", { id: "42" }, "/users/[id]"],
    ["/users/42/photos/7", { id: "42", photo: "7" }, "/users/[id]/photos/[photo]"],
    ["/7/7", { year: "7", month: "7" }, "/[year]/[month]"],
    ["/docs/a/b", { path: ["a", "b"] }, "/docs/[...path]"],
    ["/docs", { path: undefined }, "/docs"],
    // A value is a whole segment, not the beginning of one.
    ["/a1/a", { id: "a" }, "/a1/[id]"],
    ["/c++/x.y", { language: "c++", file: "x.y" }, "/[language]/[file]"],
  ] as const)("of %s with %j is %s", (path, params, route) => {
    expect(routeOf(path, params)).toBe(route);
  });

  test("finds every route again whose values are not words of it", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc.stringMatching(/^[0-9%.+()-]{1,8}$/).filter((text) => !/^\.+$/.test(text));
    const segment = fc.oneof(
      word,
      value.map((text) => ({ text })),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const params: Record<string, string> = {};
        const route = segments.map((one, i) => {
          if (typeof one === "string") return one;
          params[`p${i}`] = one.text;
          return `[p${i}]`;
        });
        const path = segments.map((one) => (typeof one === "string" ? one : one.text));
        expect(routeOf(`/${path.join("/")}`, params)).toBe(`/${route.join("/")}`);
      }),
    );
  });
});
