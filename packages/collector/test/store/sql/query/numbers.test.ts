import type { Metric } from "@isotherm/protocol";
import { describe, expect, test } from "vitest";
import { settle } from "../../settle.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const at = (text: string): number => Date.parse(text);
const query = { site: "shop", filters: [], now: at("2026-11-21T12:10:00Z") };
const range = { from: "2026-11-20", to: "2026-11-21" };

const points = (store: Bench, metric: Metric, interval: "hour" | "day", from: string, to = from, now = query.now) =>
  store.read.series({ ...query, now, range: { from, to }, metric, interval }).points;

describe("summary", () => {
  test("compares with other days, and with none unless they are named", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: at("2026-11-18T12:00:00Z"), pages: ["/", "/b"] }),
      ...visitOf({ visitor: "b", at: at("2026-11-20T12:00:00Z") }),
      ...visitOf({ visitor: "c", at: at("2026-11-21T12:00:00Z"), pages: ["/", "/b", "/c"] }),
    ]);
    const compare = { from: "2026-11-18", to: "2026-11-19" };
    const { numbers, comparison, period } = store.read.summary({ ...query, range, compare });
    expect(period).toEqual({ ...range, timeZone: "Europe/Paris" });
    expect(numbers).toEqual({
      ...{ visitors: 2, visits: 2, pageViews: 4, viewsPerVisit: 2, bounceRate: 0.5, visitDuration: 60_000 },
    });
    expect(comparison?.period).toEqual({ ...compare, timeZone: "Europe/Paris" });
    expect(comparison?.numbers).toMatchObject({ visits: 1, pageViews: 2 });
    expect(store.read.summary({ ...query, range })).not.toHaveProperty("comparison");
    const none = store.read.summary({ ...query, range, compare, filters: [["is", "page", ["/c"]]] });
    expect(none.comparison?.numbers).toMatchObject({ visits: 0 });
  });

  test.each([
    ["begins", "2026-03-29", 23],
    ["ends", "2026-10-25", 25],
  ])("keeps days whole where summer time %s between those compared", (_, changing, hours) => {
    using store = bench();
    const offset = hours === 23 ? 1 : 2;
    const midnight = at(`${changing}T00:00:00+0${offset}:00`);
    const end = midnight + hours * 3_600_000;
    const times = [midnight - 1_000, midnight, end - 1_000, end, end + 24 * 3_600_000 - 1_000];
    store.project(times.flatMap((time, n) => visitOf({ visitor: `v${n}`, at: time })));
    const day = (shift: number): string => new Date(at(changing) + shift * 86_400_000).toISOString().slice(0, 10);
    const on = (shift: number) => ({ from: day(shift), to: day(shift) });
    const visits = (shift: number, other: number): readonly (number | undefined)[] => {
      const answer = store.read.summary({ ...query, range: on(shift), compare: on(other) });
      return [answer.numbers.visits, answer.comparison?.numbers.visits];
    };
    expect(visits(1, 0)).toEqual([2, 2]);
    expect(visits(0, -1)).toEqual([2, 1]);
  });

  test("counts a visit on the local day on which it began", () => {
    using store = bench();
    store.project(visitOf({ visitor: "a", at: at("2026-11-20T22:59:30Z"), pages: ["/", "/b"] }));
    const on = (day: string) => store.read.summary({ ...query, range: { from: day, to: day } }).numbers;
    expect(on("2026-11-20")).toMatchObject({ visits: 1, pageViews: 2 });
    expect(on("2026-11-21")).toMatchObject({ visits: 0, pageViews: 0, viewsPerVisit: 0, bounceRate: 0 });
  });

  test("counts visitors without a lasting id once a day, and those with one once", () => {
    using store = bench();
    for (const day of ["2026-11-20", "2026-11-21"]) {
      for (const hour of ["08", "11"]) {
        store.project(visitOf({ visitor: "hash", at: at(`${day}T${hour}:00:00Z`) }));
        store.project(visitOf({ visitor: "id", stored: true, at: at(`${day}T${hour}:30:00Z`) }));
      }
    }
    const numbers = () => store.read.summary({ ...query, range }).numbers;
    expect(numbers()).toMatchObject({ visits: 8, visitors: 3 });
    settle(store.write);
    expect(numbers()).toMatchObject({ visits: 8, visitors: 3 });
    expect(points(store, "visitors", "day", range.from, range.to).map(({ value }) => value)).toEqual([2, 2]);
  });

  test("takes a user's visitors for one, also in visits from before", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "phone", stored: true, at: at("2026-11-20T08:00:00Z") }),
      ...visitOf({ visitor: "laptop", stored: true, at: at("2026-11-20T09:00:00Z") }),
    ]);
    settle(store.write);
    expect(store.read.summary({ ...query, range }).numbers.visitors).toBe(2);
    store.project([
      ...visitOf({ visitor: "phone", stored: true, user: "ada", at: at("2026-11-21T08:00:00Z") }),
      ...visitOf({ visitor: "laptop", stored: true, user: "ada", at: at("2026-11-21T09:00:00Z") }),
    ]);
    expect(store.read.summary({ ...query, range }).numbers).toMatchObject({ visitors: 1, visits: 4 });
    const { sessions } = store.read.sessions({ ...query, range, limit: 10, cursor: null });
    expect(sessions.map(({ user }) => user)).toEqual(["ada", "ada", "ada", "ada"]);
  });

  test("knows who is here now", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: query.now - 400_000 }),
      ...visitOf({ visitor: "b", at: query.now - 200_000 }),
      ...visitOf({ visitor: "c", at: query.now - 200_000, pages: ["/", "/b"] }),
    ]);
    expect(store.read.summary({ ...query, range }).current).toBe(2);
    expect(store.read.summary({ ...query, range, filters: [["is", "exit", ["/b"]]] }).current).toBe(1);
    expect(store.read.summary({ ...query, range, now: query.now + 300_000 }).current).toBe(0);
  });
});

describe("series", () => {
  test("has a point for every day, and marks the one that is not over", () => {
    using store = bench();
    store.project(visitOf({ visitor: "a", at: at("2026-11-20T12:00:00Z") }));
    expect(points(store, "visits", "day", "2026-11-19", "2026-11-21")).toEqual([
      { at: "2026-11-19", value: 0 },
      { at: "2026-11-20", value: 1 },
      { at: "2026-11-21", value: 0, partial: true },
    ]);
  });

  test("stands beside that of other days, nth by nth, also where a day has an hour less", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: at("2026-03-28T12:00:00Z") }),
      ...visitOf({ visitor: "b", at: at("2026-03-29T12:00:00Z"), pages: ["/", "/b"] }),
    ]);
    const ask = (interval: "hour" | "day") =>
      store.read.series({
        ...{
          ...query,
          range: { from: "2026-03-29", to: "2026-03-29" },
          compare: { from: "2026-03-28", to: "2026-03-28" },
        },
        ...{ metric: "pageViews", interval },
      });
    expect(ask("day")).toMatchObject({
      points: [{ at: "2026-03-29", value: 2 }],
      comparison: { period: { from: "2026-03-28" }, points: [{ at: "2026-03-28", value: 1 }] },
    });
    const hours = ask("hour");
    expect([hours.points.length, hours.comparison?.points.length]).toEqual([23, 24]);
    expect(hours.points.filter(({ value }) => value > 0)).toEqual([{ at: "2026-03-29T14:00", value: 2 }]);
    expect(hours.comparison?.points[13]).toEqual({ at: "2026-03-28T13:00", value: 1 });
  });

  test("ends with the hour that has begun", () => {
    using store = bench();
    store.project(visitOf({ visitor: "a", at: at("2026-11-21T12:05:00Z") }));
    const hours = points(store, "visits", "hour", "2026-11-21");
    expect(hours).toHaveLength(14);
    expect(hours.at(-1)).toEqual({ at: "2026-11-21T13:00", value: 1, partial: true });
  });

  test.each([
    ["2026-03-29", 23, "T03:00"],
    ["2026-10-25", 25, "T02:00"],
    ["2026-11-19", 24, "T02:00"],
  ])("gives %s %i hours, and each visit to its own", (day, count, third) => {
    using store = bench();
    const midnight = at(`${day}T00:00:00+0${day === "2026-11-19" || day === "2026-03-29" ? 1 : 2}:00`);
    for (let hour = 0; hour < count; hour++) {
      store.project(visitOf({ visitor: `v${hour}`, at: midnight + hour * 3_600_000 + 1_800_000 }));
    }
    const hours = points(store, "visits", "hour", day, day, midnight + 48 * 3_600_000);
    expect(hours.map(({ value }) => value)).toEqual(Array.from({ length: count }, () => 1));
    expect(hours[2]?.at).toBe(`${day}${third}`);
    expect(hours.at(-1)?.at).toBe(`${day}T23:00`);
  });

  test("adds up to the summary", () => {
    using store = bench();
    for (let n = 0; n < 30; n++) {
      const pages = n % 3 === 0 ? ["/", "/b"] : ["/"];
      store.project(visitOf({ visitor: `v${n}`, at: at("2026-11-20T00:00:00Z") + n * 4_000_000, pages }));
    }
    const { numbers } = store.read.summary({ ...query, range });
    for (const metric of ["visits", "pageViews"] as const) {
      for (const interval of ["hour", "day"] as const) {
        const sum = points(store, metric, interval, range.from, range.to).reduce(
          (total, { value }) => total + value,
          0,
        );
        expect(sum).toBe(numbers[metric]);
      }
    }
  });
});
