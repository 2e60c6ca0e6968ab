import type { Event } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { stepsTaken } from "../../../../src/store/derive/funnel.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const start = Date.UTC(2026, 10, 16, 8);
const day = 86_400_000;
const query = { site: "shop", range: { from: "2026-11-16", to: "2026-11-22" }, filters: [], now: start + 6 * day };
const list = { ...query, search: "", limit: 100, cursor: null };
const custom = (name: string, props?: { readonly [key: string]: string }): Event => ({
  ...{ ...fixtures.custom, t: 10, name },
  ...(props && { props }),
});
const goal = (name: string, value?: number, currency?: string): Event => ({
  ...{ type: "goal", t: 20, name },
  ...(value !== undefined && { value }),
  ...(currency !== undefined && { currency }),
});

describe("events", () => {
  test("are listed by type and name, searched, sorted, and turned without a row lost", () => {
    using store = bench();
    const out: Event = { ...fixtures.click, t: 5, out: "https://elsewhere.example/" };
    store.project([
      ...visitOf({ visitor: "a", at: start, events: [custom("signup"), custom("signup"), goal("signup"), out] }),
      ...visitOf({ visitor: "b", at: start + 1, events: [custom("open"), custom("signup")] }),
      ...visitOf({
        visitor: "c",
        at: start + 2,
        events: [{ type: "exposure", t: 1, experiment: "hero", variant: "b" }],
      }),
    ]);
    const all = store.read.events({ ...list, type: null, sort: "count" });
    expect(all.rows).toEqual([
      { type: "custom", name: "signup", count: 3, visits: 2, visitors: 2 },
      { type: "exposure", name: "hero=b", count: 1, visits: 1, visitors: 1 },
      { type: "outbound", name: "https://elsewhere.example/", count: 1, visits: 1, visitors: 1 },
      { type: "custom", name: "open", count: 1, visits: 1, visitors: 1 },
      { type: "goal", name: "signup", count: 1, visits: 1, visitors: 1 },
    ]);
    expect(store.read.events({ ...list, type: "custom", sort: "count", search: "SIGN" })).toMatchObject({ total: 1 });
    const turned: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = store.read.events({ ...list, type: null, sort: "count", limit: 2, cursor });
      turned.push(...answer.rows.map(({ type, name }) => `${type} ${name}`));
      cursor = answer.next ?? null;
      // What comes meanwhile stands before what was read, and moves nothing.
      store.project(visitOf({ visitor: `late ${turned.length}`, at: start, events: [custom("signup")] }));
    } while (cursor !== null);
    expect(turned).toEqual(all.rows.map(({ type, name }) => `${type} ${name}`));
    expect(() => store.read.events({ ...list, type: null, sort: "count", cursor: "none" })).toThrow(
      expect.objectContaining({ code: "cursor_invalid" }),
    );
  });

  test("count a person who comes back on another day once, where anything tells", () => {
    using store = bench();
    for (const at of [start, start + day]) {
      store.project([
        ...visitOf({ visitor: "hash", at, events: [custom("open")] }),
        ...visitOf({ visitor: "id", stored: true, at: at + 1, events: [custom("open")] }),
      ]);
    }
    expect(store.read.events({ ...list, type: "custom", sort: "count" }).rows).toEqual([
      { type: "custom", name: "open", count: 4, visits: 4, visitors: 3 },
    ]);
  });
});

describe("goals", () => {
  test("have their rate of all visitors, and their revenue by currency without binary dust", () => {
    using store = bench();
    store.project([
      ...visitOf({
        visitor: "a",
        at: start,
        events: [goal("buy", 0.1, "EUR"), goal("buy", 0.2, "EUR"), goal("buy", 5, "USD")],
      }),
      ...visitOf({ visitor: "b", at: start + 1, events: [goal("buy", 7), goal("call")] }),
      ...visitOf({ visitor: "c", at: start + 2 }),
      ...visitOf({ visitor: "d", at: start + 3 }),
    ]);
    expect(store.read.goals({ ...list, sort: "conversions" })).toMatchObject({
      visitors: 4,
      rows: [
        {
          ...{ name: "buy", conversions: 4, visitors: 2, rate: 0.5 },
          revenue: [
            { currency: null, value: 7 },
            { currency: "EUR", value: 0.3 },
            { currency: "USD", value: 5 },
          ],
        },
        { name: "call", conversions: 1, visitors: 1, rate: 0.25, revenue: [] },
      ],
    });
    const entered = store.read.goals({ ...list, sort: "visitors", filters: [["is", "event", ["call"]]] });
    expect(entered).toMatchObject({
      visitors: 1,
      rows: [
        { name: "buy", rate: 1 },
        { name: "call", rate: 1 },
      ],
    });
  });

  test("of immense value leave a number that JSON can hold", () => {
    using store = bench();
    store.project(
      visitOf({ visitor: "a", at: start, events: [goal("buy", 1.7e308, "EUR"), goal("buy", 1.7e308, "EUR")] }),
    );
    expect(store.read.goals({ ...list, sort: "visitors" }).rows[0]?.revenue).toEqual([
      { currency: "EUR", value: Number.MAX_VALUE },
    ]);
  });
});

describe("a funnel", () => {
  const funnel = (store: Bench, window = 7) => {
    const steps = [
      ["page", "/docs/*"],
      ["event", "signup"],
      ["goal", "buy"],
    ] as const;
    return store.read.funnel({ ...query, steps, window }).steps.map(({ visitors }) => visitors);
  };

  test("counts those who took its steps in order, whichever visits they are in", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "through", stored: true, at: start, pages: ["/docs/a"] }),
      ...visitOf({ visitor: "through", stored: true, at: start + day, events: [custom("signup"), goal("buy")] }),
      ...visitOf({ visitor: "reversed", at: start, pages: ["/", "/docs/b"], events: [custom("signup"), goal("buy")] }),
      ...visitOf({ visitor: "skips", at: start, pages: ["/docs/b"], events: [goal("buy")] }),
      ...visitOf({ visitor: "elsewhere", at: start, pages: ["/DOCS/b"], events: [custom("signup")] }),
    ]);
    const { steps } = store.read.funnel({
      ...{ ...query, window: 7 },
      steps: [
        ["page", "/docs/*"],
        ["event", "signup"],
        ["goal", "buy"],
      ],
    });
    expect(steps.map(({ visitors, ofFirst, ofPrevious }) => [visitors, ofFirst, ofPrevious])).toEqual([
      [3, 1, 1],
      [1, 1 / 3, 1 / 3],
      [1, 1 / 3, 1],
    ]);
  });

  test("lets go of those who took too long, and takes them back when they begin again", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", stored: true, at: start, pages: ["/docs/a"] }),
      ...visitOf({ visitor: "a", stored: true, at: start + 3 * day - 1_000, events: [custom("signup")] }),
    ]);
    expect(funnel(store, 2)).toEqual([1, 0, 0]);
    expect(funnel(store, 3)).toEqual([1, 1, 0]);
    store.project(visitOf({ visitor: "a", stored: true, at: start + 2 * day, pages: ["/docs/a"] }));
    expect(funnel(store, 2)).toEqual([1, 1, 0]);
  });

  test("takes nothing for two steps at once", () => {
    const both = { at: 5, steps: 0b11 };
    expect(stepsTaken([both], 2, 10)).toBe(1);
    expect(stepsTaken([both, { ...both, at: 6 }], 2, 10)).toBe(2);
    expect(
      stepsTaken(
        [
          { at: 5, steps: 0b10 },
          { at: 5, steps: 0b01 },
        ],
        2,
        0,
      ),
    ).toBe(2);
  });
});

describe("retention", () => {
  test("speaks of those with a stored id, and leaves out who had been here before", () => {
    using store = bench();
    const at = (offset: number, visitor: string, stored = true) =>
      store.project(visitOf({ visitor, stored, at: start + offset * day }));
    at(-40, "old");
    for (const offset of [0, 8]) at(offset, "old");
    for (const offset of [0, 1, 8]) at(offset, "weekly");
    for (const offset of [2, 15]) at(offset, "fortnightly");
    at(9, "new");
    at(0, "nobody", false);
    const ask = (interval: "week" | "month", filters = query.filters) =>
      store.read.retention({ ...query, filters, interval, range: { from: "2026-11-18", to: "2026-12-06" } });
    const whole = store.read.retention({ ...query, interval: "week", range: { from: "2026-11-16", to: "2026-12-06" } });
    expect([whole.visitors, whole.known]).toEqual([5, 4]);
    expect(whole.cohorts).toEqual([
      {
        from: "2026-11-16",
        visitors: 2,
        seen: [
          { visitors: 2, share: 1 },
          { visitors: 1, share: 0.5 },
          { visitors: 1, share: 0.5 },
        ],
      },
      {
        from: "2026-11-23",
        visitors: 1,
        seen: [
          { visitors: 1, share: 1 },
          { visitors: 0, share: 0 },
        ],
      },
      { from: "2026-11-30", visitors: 0, seen: [{ visitors: 0, share: 0 }] },
    ]);
    // The period begins in the middle of a week: who came on its Monday had been here before.
    expect(ask("week").cohorts.map(({ from, visitors }) => [from, visitors])).toEqual([
      ["2026-11-16", 1],
      ["2026-11-23", 1],
      ["2026-11-30", 0],
    ]);
    expect(ask("month").cohorts.map(({ from, visitors }) => [from, visitors])).toEqual([
      ["2026-11-01", 2],
      ["2026-12-01", 0],
    ]);
  });

  test("chooses by the first visit, and counts any other as coming back", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", stored: true, at: start, pages: ["/in"] }),
      ...visitOf({ visitor: "a", stored: true, at: start + day, pages: ["/other"] }),
      ...visitOf({ visitor: "b", stored: true, at: start, pages: ["/other"] }),
      ...visitOf({ visitor: "b", stored: true, at: start + day, pages: ["/in"] }),
    ]);
    const { cohorts } = store.read.retention({ ...query, filters: [["is", "entry", ["/in"]]], interval: "day" });
    expect(cohorts.slice(0, 2).map(({ visitors }) => visitors)).toEqual([1, 0]);
    expect(cohorts[0]?.seen.slice(0, 3).map(({ visitors }) => visitors)).toEqual([1, 1, 0]);
  });
});

describe("journeys", () => {
  test("lead from a page to the next and back, beginnings and ends included, reloads left out", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: start, pages: ["/", "/b", "/b", "/c"] }),
      ...visitOf({ visitor: "b", at: start, pages: ["/b", "/c", "/b"] }),
    ]);
    const answer = store.read.journeys({ ...query, page: "/b", limit: 1 });
    expect(answer).toMatchObject({ views: 3, next: [{ page: "/c", count: 2, share: 2 / 3 }] });
    expect(answer.previous).toHaveLength(1);
    const all = store.read.journeys({ ...query, page: "/b", limit: 10 });
    expect(all.next.map(({ page, count }) => [page, count])).toEqual([
      ["/c", 2],
      [null, 1],
    ]);
    expect(all.previous.map(({ page, count }) => [page, count])).toEqual([
      [null, 1],
      ["/", 1],
      ["/c", 1],
    ]);
    expect(store.read.journeys({ ...query, page: "/nowhere", limit: 10 })).toMatchObject({ views: 0, next: [] });
  });
});

describe("vitals", () => {
  test.each([
    [[1_000], 1_000, "good"],
    [[1_000, 2_000, 3_000, 9_000], 3_000, "needs-improvement"],
    [[4_001, 100, 4_001, 4_001, 4_001], 4_001, "poor"],
    [[2_500], 2_500, "good"],
  ])("of %j are %i at the 75th percentile, which is %s", (values, p75, rating) => {
    using store = bench();
    const events = values.map((value): Event => ({ type: "vital", t: 9, name: "LCP", value, rating: "good" }));
    store.project(visitOf({ visitor: "a", at: start, events }));
    const expected = [expect.objectContaining({ name: "LCP", p75, rating, count: values.length })];
    expect(store.read.vitals(list)).toMatchObject({ metrics: expected, rows: [{ page: "/", metrics: expected }] });
  });

  test("are told for each page, most measured first", () => {
    using store = bench();
    const vital = (name: "LCP" | "CLS", value: number): Event => ({ type: "vital", t: 9, name, value, rating: "good" });
    store.project([
      ...visitOf({ visitor: "a", at: start, pages: ["/slow"], events: [vital("LCP", 5_000), vital("CLS", 0.2)] }),
      ...visitOf({ visitor: "b", at: start, pages: ["/fast"], events: [vital("LCP", 900)] }),
    ]);
    const { metrics, rows } = store.read.vitals(list);
    expect(metrics.map(({ name, p75, count }) => [name, p75, count])).toEqual([
      ["LCP", 5_000, 2],
      ["CLS", 0.2, 1],
    ]);
    expect(rows.map(({ page, count, metrics: own }) => [page, count, own.map(({ rating }) => rating)])).toEqual([
      ["/slow", 2, ["poor", "needs-improvement"]],
      ["/fast", 1, ["good"]],
    ]);
  });
});

describe("forms", () => {
  test("tell who began, who sent, and at which field the others left", () => {
    using store = bench();
    const input = (el: string, act: "focus" | "change" | "blur" | "submit", t: number): Event => ({
      type: "input",
      t,
      el,
      act,
    });
    store.project([
      ...visitOf({
        ...{ visitor: "a", at: start, pages: ["/join"] },
        events: [
          input("name", "focus", 1),
          input("name", "change", 2),
          input("mail", "focus", 3),
          input("form", "submit", 4),
        ],
      }),
      ...visitOf({
        visitor: "b",
        at: start,
        pages: ["/join"],
        events: [input("name", "focus", 1), input("mail", "focus", 3)],
      }),
      ...visitOf({ visitor: "c", at: start, pages: ["/join"] }),
    ]);
    expect(store.read.forms({ ...list, page: "/join" }).rows).toEqual([
      {
        ...{ page: "/join", started: 2, sent: 1, completion: 0.5, forms: [{ anchor: "form", sent: 1 }] },
        fields: [
          { anchor: "mail", entered: 2, changed: 0, left: 1 },
          { anchor: "name", entered: 2, changed: 1, left: 0 },
        ],
      },
    ]);
    expect(store.read.forms({ ...list, page: "/" }).rows).toEqual([]);
  });
});

describe("realtime", () => {
  test("tells who is here, where they are, and what was seen minute by minute", () => {
    using store = bench();
    const { now } = query;
    store.project([
      ...visitOf({ visitor: "gone", at: now - 1_200_000 }),
      ...visitOf({ visitor: "a", at: now - 120_000, pages: ["/", "/b"] }),
      ...visitOf({ visitor: "b", at: now - 30_000, pages: ["/b"] }),
    ]);
    const answer = store.read.realtime({ site: "shop", filters: [], now });
    expect(answer).toMatchObject({ current: 2, pages: [{ value: "/b", visitors: 2 }] });
    expect(answer.minutes).toHaveLength(30);
    // The clock shows a full minute: what is 20, 2, 1 and half a minute ago lies in these.
    expect(answer.minutes.flatMap((views, minute) => (views > 0 ? [[minute, views]] : []))).toEqual([
      [9, 1],
      [27, 1],
      [28, 2],
    ]);
    expect(store.read.realtime({ site: "shop", filters: [["is", "entry", ["/"]]], now }).current).toBe(1);
  });
});
