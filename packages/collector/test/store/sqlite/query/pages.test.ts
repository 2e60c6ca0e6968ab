import { describe, expect, test } from "vitest";
import { visitOf } from "../../visit.js";
import { bench } from "../bench.js";

/** Midnight of the site, which is in Berlin. */
const midnight = Date.UTC(2026, 10, 20, 23);
const hour = 3_600_000;
const query = (from: string, to = from) =>
  ({ site: "shop", range: { from, to }, filters: [], now: midnight, limit: 100 }) as const;

describe("pages", () => {
  test("are called by the title that they had last in the period", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: midnight - 30 * hour, page: { title: "Two days ago" } }),
      ...visitOf({ visitor: "b", at: midnight - 5 * hour, page: { title: "Yesterday" } }),
      ...visitOf({ visitor: "c", at: midnight - 3 * hour, page: { title: "Yesterday evening" } }),
      ...visitOf({ visitor: "d", at: midnight + hour, page: { title: "Today" } }),
    ]);
    const titles = (from: string, to?: string) => store.read.pages(query(from, to)).pages.map(({ title }) => title);
    expect(titles("2026-11-19")).toEqual(["Two days ago"]);
    expect(titles("2026-11-20")).toEqual(["Yesterday evening"]);
    expect(titles("2026-11-19", "2026-11-20")).toEqual(["Yesterday evening"]);
    expect(titles("2026-11-19", "2026-11-21")).toEqual(["Today"]);
  });

  test("that a visit of the period saw after midnight have their title", () => {
    using store = bench();
    // A minute apart: the second page is seen after midnight.
    store.project(visitOf({ visitor: "a", at: midnight - 30_000, pages: ["/before", "/after"] }));
    expect(store.read.pages(query("2026-11-20")).pages).toEqual([
      { page: "/after", title: "/after", views: 1, clicks: 0 },
      { page: "/before", title: "/before", views: 1, clicks: 0 },
    ]);
  });
});
