import { describe, expect, test } from "vitest";
import { parseFilter, type Request, stopping } from "../../src/doctor/filter.js";

const requestOf = (address: string, type: Request["type"] = "ping", page = "https://shop.example/"): Request => ({
  url: new URL(address),
  page: new URL(page),
  type,
});
const stops = (lines: readonly string[], request: Request): boolean =>
  stopping(
    lines.flatMap((line) => parseFilter(line) ?? []),
    request,
  ).length > 0;

describe("a line of a filter list", () => {
  test.each<[string, string, boolean, Request["type"]?]>([
    ["/api/collect|$ping,xmlhttprequest", "https://shop.example/api/collect", true],
    ["/api/collect|$ping,xmlhttprequest", "https://shop.example/api/collect", false, "script"],
    ["/api/collect|$ping,xmlhttprequest", "https://shop.example/api/collect/2", false],
    ["||stats.test^", "https://a.stats.test/x", true],
    ["||stats.test^", "https://mystats.test/x", false],
    ["||stats.test^", "https://stats.testing/x", false],
    ["|https://shop.", "https://shop.example/x", true],
    ["|ttps://shop.", "https://shop.example/x", false],
    ["/f3k9*w7^", "https://shop.example/f3k9q2w7?x", true],
    ["/F3K9Q2W7", "https://shop.example/f3k9q2w7", true],
    ["/^https:..shop.example.f3/$ping", "https://shop.example/f3k9q2w7", true],
    ["/ads/", "https://shop.example/uploads/1", true],
    ["$ping,third-party", "https://other.test/x", true],
    ["$ping,third-party", "https://a.shop.example/x", false],
    ["$ping,3p", "https://other.test/x", false, "script"],
    ["/x$1p", "https://shop.example/x", true],
    ["/x$~script", "https://shop.example/x", false, "script"],
    ["/x$domain=shop.example|other.test", "https://shop.example/x", true],
    ["/x$domain=other.test", "https://shop.example/x", false],
    ["/x$domain=~shop.example", "https://shop.example/x", false],
    ["/x$from=shop.*", "https://shop.example/x", true],
    ["/x$method=get", "https://shop.example/x", false],
    ["/x$image", "https://shop.example/x", false],
    ["/x$removeparam=y", "https://shop.example/x", false],
    ["! /x", "https://shop.example/x", false],
    ["shop.example##.x", "https://shop.example/x", false],
    ["*", "https://shop.example/x", false],
  ])("%s, and %s: %s", (line, address, expected, type) => {
    expect(stops([line], requestOf(address, type))).toBe(expected);
  });

  test("counts for nothing where another excepts the request", () => {
    const request = requestOf("https://shop.example/api/collect");
    expect(stops(["/api/collect", "@@||shop.example^"], request)).toBe(false);
    expect(stops(["/api/collect", "@@||shop.example^$script"], request)).toBe(true);
  });
});
