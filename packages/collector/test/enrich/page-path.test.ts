import { describe, expect, test } from "vitest";
import { notSet } from "../../src/enrich/not-set.js";
import { pagePath } from "../../src/enrich/page-path.js";

describe("pagePath", () => {
  test.each([
    ["https://shop.example", "/"],
    ["https://shop.example/", "/"],
    ["https://shop.example/?utm_source=x#top", "/"],
    ["https://shop.example/index.html", "/"],
    ["https://shop.example/Docs/Start/", "/Docs/Start"],
    ["https://shop.example/docs/index.htm?x=1", "/docs"],
    ["https://shop.example/docs/INDEX.HTML", "/docs"],
    ["https://shop.example/docs//", "/docs"],
    ["https://shop.example/docs/myindex.html", "/docs/myindex.html"],
    ["https://shop.example/caf%C3%A9", "/caf%C3%A9"],
    ["https://shop.example//", "/"],
    ["no address", notSet],
    ["", notSet],
  ])("takes %s for %s", (url, page) => {
    expect(pagePath(url)).toBe(page);
  });
});
