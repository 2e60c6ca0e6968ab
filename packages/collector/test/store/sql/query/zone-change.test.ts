import { describe, expect, test } from "vitest";
import { settle } from "../../settle.js";
import { siteOf } from "../../site.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const hour = 3_600_000;
/** Summer time ends in Berlin on the first of these nights, in New York on the second. */
const nights = [Date.UTC(2026, 9, 25), Date.UTC(2026, 10, 1)] as const;
/** Half past every hour, for a day and a half around each of them. */
const visits = nights.flatMap((night) => Array.from({ length: 60 }, (_, n) => night + (n - 30 + 0.5) * hour));
const range = { from: "2026-10-22", to: "2026-11-03" };
const query = { site: "shop", range, filters: [], now: Date.UTC(2026, 10, 5) } as const;

/** The local time of an instant by Intl alone, as `2026-10-25T02`. */
function local(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return format.format(at).replace(" ", "T").slice(0, 13);
}

/** How many of these began in each local day or hour; an hour that the clock shows twice is counted with itself. */
function counted(times: readonly number[], timeZone: string, length: 10 | 13): { readonly [at: string]: number } {
  const counts: { [at: string]: number } = {};
  for (const at of times) {
    const name = local(at, timeZone).slice(0, length);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** What a series says of the intervals that have any, by the same names. */
function told({ read }: Bench, interval: "day" | "hour"): { readonly [at: string]: number } {
  const counts: { [at: string]: number } = {};
  for (const { at, value } of read.series({ ...query, metric: "visits", interval }).points) {
    const name = interval === "day" ? at : at.slice(0, 13);
    if (value) counts[name] = (counts[name] ?? 0) + value;
  }
  return counts;
}

const stored = (store: Bench): void => {
  store.project(visits.flatMap((at, n) => visitOf({ visitor: `v${n}`, at })));
};

/** Before the rows of changed days are derived again, and after. */
function expectIn(store: Bench, timeZone: string): void {
  for (const renewed of [false, true]) {
    if (renewed) settle(store.write);
    expect(told(store, "hour")).toEqual(counted(visits, timeZone, 13));
    expect(told(store, "day")).toEqual(counted(visits, timeZone, 10));
    expect(store.read.summary(query).numbers.visits).toBe(visits.length);
  }
}

describe("a series", () => {
  test("is that of the site's new time zone, day by day and hour by hour, over summer time's end in both", () => {
    using store = bench();
    store.write.putSite(siteOf({ timeZone: "Europe/Berlin" }));
    stored(store);
    expectIn(store, "Europe/Berlin");
    // Its days have 25 hours where the clock is set back, in one zone after the other.
    const hoursOf = (day: string): number =>
      store.read.series({ ...query, range: { from: day, to: day }, metric: "visits", interval: "hour" }).points.length;
    expect([hoursOf("2026-10-25"), hoursOf("2026-11-01")]).toEqual([25, 24]);
    for (const timeZone of ["America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin"]) {
      store.write.putSite(siteOf({ timeZone }));
      if (timeZone === "America/New_York") expect([hoursOf("2026-10-25"), hoursOf("2026-11-01")]).toEqual([24, 25]);
      expectIn(store, timeZone);
    }
  });
});

describe("a series of days before rawDays", () => {
  /** Noon in Berlin of the last day; the days from 30 October on are kept. */
  const now = Date.UTC(2026, 10, 2, 11);
  const kept = "2026-10-30";
  const of = (timeZone: string) => siteOf({ timeZone, retention: { rawDays: 4, aggregateDays: 0, snapshotDays: 0 } });
  /** One every hour from the 28th to the end of the 31st in UTC, and one that is kept since it goes on after midnight. */
  const overMidnight = Date.UTC(2026, 9, 29, 23) - 30_000;
  const times = Array.from({ length: 96 }, (_, n) => Date.UTC(2026, 9, 28) + (n + 0.5) * hour);
  const all = [...times, overMidnight];
  const swept = times.filter((at) => local(at, "Europe/Berlin") < kept);
  const sweep = (store: Bench, until: number): void => {
    for (let steps = 0; store.write.sweep(until); steps++) if (steps > 10_000) throw new Error("sweeping never ends");
  };
  const totalOf = (counts: object): number => Object.values(counts).reduce((sum: number, count) => sum + count, 0);
  const pageViews = ({ read }: Bench): number => {
    const asked = { ...query, dimension: "page", search: "", sort: "visits", limit: 10, cursor: null } as const;
    return totalOf(read.breakdown(asked).rows.map((row) => row.pageViews));
  };

  test.each([
    ["America/New_York", "Asia/Tokyo"],
    ["Pacific/Kiritimati", "Pacific/Honolulu"],
  ])("keeps the old zone's, and each visit once, when the site moves to %s, to %s and back", (one, other) => {
    using store = bench();
    store.write.putSite(of("Europe/Berlin"));
    store.project(times.flatMap((at, n) => visitOf({ visitor: `v${n}`, at })));
    store.project(visitOf({ visitor: "over midnight", at: overMidnight, pages: ["/", "/"] }));
    sweep(store, now);
    const before = told(store, "day");
    expect(before).toEqual(counted(all, "Europe/Berlin", 10));
    for (const timeZone of [one, other, "Europe/Berlin"]) {
      store.write.putSite(of(timeZone));
      // What is there still began on a day that is kept, or else on the last one before.
      const expected: { [day: string]: number } = { ...counted(swept, "Europe/Berlin", 10) };
      for (const at of all.filter((at) => !swept.includes(at))) {
        const day = local(at, timeZone).slice(0, 10);
        const counts = day < kept ? "2026-10-29" : day;
        expected[counts] = (expected[counts] ?? 0) + 1;
      }
      for (const renewed of [false, true]) {
        if (renewed) settle(store.write);
        expect(told(store, "day")).toEqual(expected);
        expect(store.read.summary(query).numbers).toMatchObject({ visits: all.length, pageViews: all.length + 1 });
        expect(pageViews(store)).toBe(all.length + 1);
        expect(totalOf(told(store, "hour"))).toBe(all.length - swept.length);
      }
    }
    expect(told(store, "day")).toEqual(before);
    store.write.putSite(of(one));
    sweep(store, now + 24 * hour);
    expect(totalOf(told(store, "day"))).toBe(all.length);
  });

  test.each([1, 2, 3])("moves a visit of several pages as one where a day tells %i apart", (mostValues) => {
    using store = bench({ mostValues });
    const zoned = (timeZone: string) =>
      siteOf({ timeZone, retention: { rawDays: 4, aggregateDays: 0, snapshotDays: 0 } });
    store.write.putSite(zoned("Europe/Berlin"));
    const at = (hours: number) => Date.UTC(2026, 9, 29, hours);
    for (let n = 0; n < 4; n++) store.project(visitOf({ visitor: `s${n}`, at: at(3 + n), pages: ["/"] }));
    for (let n = 0; n < 3; n++) store.project(visitOf({ visitor: `r${n}`, at: at(10 + n), pages: ["/second"] }));
    store.project(visitOf({ visitor: "c", at: at(14), pages: ["/c"] }));
    // It begins before midnight in Berlin and after it in Tokyo.
    store.project(visitOf({ visitor: "over", at: at(23) - 70_000, pages: ["/a", "/b", "/a2"] }));
    store.project(visitOf({ visitor: "later", at: at(35), pages: ["/"] }));
    const { now } = query;
    for (let steps = 0; store.write.sweep(Date.UTC(2026, 10, 2, 11)); steps++) expect(steps).toBeLessThan(10_000);
    const pages = () => {
      settle(store.write);
      const asked = { ...query, now, range: { from: "2026-10-29", to: "2026-10-29" }, dimension: "page" } as const;
      const { rows } = store.read.breakdown({ ...asked, search: "", sort: "visits", limit: 20, cursor: null });
      return rows.map(({ value, visits, pageViews }) => [value, visits, pageViews]);
    };
    const before = pages();
    store.write.putSite(zoned("Asia/Tokyo"));
    expect(pages().reduce((sum, [, visits]) => sum + Number(visits), 0)).toBe(8);
    store.write.putSite(zoned("Europe/Berlin"));
    expect(pages()).toEqual(before);
  });
});
