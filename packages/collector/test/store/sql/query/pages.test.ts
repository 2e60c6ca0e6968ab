import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { settle } from "../../settle.js";
import { siteOf } from "../../site.js";
import { bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

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

  test("have the title that they had last also where the rows of their days are derived", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: midnight - 60 * hour, page: { title: "Long ago" } }),
      ...visitOf({ visitor: "b", at: midnight - 40 * hour, page: { title: "Then" } }),
      ...visitOf({ visitor: "c", at: midnight - 5 * hour, pages: ["/other"] }),
    ]);
    const titles = () => store.read.pages(query("2026-11-01", "2026-11-21")).pages.map(({ title }) => title);
    expect(titles()).toEqual(["Then", "/other"]);
    settle(store.write);
    expect(titles()).toEqual(["Then", "/other"]);
    store.project(visitOf({ visitor: "d", at: midnight + hour, page: { title: "Now" } }));
    expect(titles()).toEqual(["Now", "/other"]);
  });
});

describe("what was stored before the site's time zone changed", () => {
  test("is found in the days that it is part of now", () => {
    using store = bench();
    const clicks = [{ ...fixtures.click, t: 10 }];
    // Half past eleven in the evening in London is the next day in Berlin.
    store.write.putSite(siteOf({ timeZone: "Europe/London" }));
    store.project(visitOf({ visitor: "a", at: midnight + hour / 2, events: clicks, page: { title: "Late" } }));
    settle(store.write);
    expect(store.read.summary(query("2026-11-20")).numbers.visits).toBe(1);
    store.write.putSite(siteOf({ timeZone: "Europe/Berlin" }));
    const today = query("2026-11-21");
    settle(store.write);
    expect(store.read.pages(today).pages).toEqual([{ page: "/", title: "Late", views: 1, clicks: 1 }]);
    expect(store.read.pages({ ...today, filters: [["is", "page", ["/"]]] }).pages).toEqual([
      { page: "/", title: "Late", views: 1, clicks: 1 },
    ]);
    expect(store.read.summary(today).numbers.visits).toBe(1);
    expect(store.read.summary(query("2026-11-20")).numbers.visits).toBe(0);
  });
});
