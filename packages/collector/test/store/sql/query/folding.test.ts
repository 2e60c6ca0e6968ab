import type { Dimension, Event, Filter } from "@isotherm/protocol";
import { fixtureTime } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allVisits, dump, wholeRange } from "../../dump.js";
import { histories, shuffled } from "../../history.js";
import { pageOf, type ReferenceHistory, referenceHistories } from "../../reference.js";
import { type ReferenceRow, referenceFold, referenceRows, type ValuesOf } from "../../reference-folding.js";
import { settle } from "../../settle.js";
import { shareOf } from "../../share.js";
import { siteOf } from "../../site.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const query = { site: "shop", range: wholeRange, filters: [] as readonly Filter[], now: Date.UTC(2026, 11, 24, 12) };
const list = { ...query, search: "", limit: 1_000, cursor: null };
const everything: readonly Filter[] = [["is_not", "source", ["a place that sends nobody"]]];

const pagesOf: ValuesOf = ({ all }) =>
  all.flatMap(({ event, batch }) => (event.type === "page" && batch.page.nav !== "resume" ? [pageOf(batch)] : []));
const namesOf =
  (...types: readonly Event["type"][]): ValuesOf =>
  ({ all }) =>
    all.flatMap(({ event }) => {
      if (!types.includes(event.type)) return [];
      return [event.type === "error" ? event.message : (event as { readonly name: string }).name];
    });

const dimensions: { readonly [dimension: string]: ValuesOf } = {
  page: pagesOf,
  // As often as the visit has page views, which is what these rows count.
  entry: ({ visit }) => [visit.entry],
  exit: ({ visit }) => [visit.exit],
  event: namesOf("custom", "goal"),
};

/** Breakdowns as the reference has them; page views of entries are those of the visit, and left out. */
function breakdowns({ read }: Bench): object {
  return Object.fromEntries(
    Object.keys(dimensions).map((dimension) => {
      const { rows, folded } = read.breakdown({ ...list, dimension: dimension as Dimension, sort: "visits" });
      const named = rows.map(({ value, visitors, visits, pageViews, bounceRate, visitDuration }) => [
        value,
        {
          ...{
            visits,
            visitors,
            bounces: Math.round(bounceRate * visits),
            duration: Math.round(visitDuration * visits),
          },
          ...(dimension !== "entry" && dimension !== "exit" && { count: pageViews }),
        },
      ]);
      return [dimension, { rows: Object.fromEntries(named), folded }];
    }),
  );
}

function referenceBreakdowns(all: readonly ReferenceHistory[], most: number): object {
  return Object.fromEntries(
    Object.entries(dimensions).map(([dimension, valuesOf]) => {
      const { rows, folded } = referenceRows(all, valuesOf, most);
      const named = Object.entries(rows).map(([name, { count, ...row }]) => [
        name,
        dimension === "entry" || dimension === "exit" ? row : { ...row, count },
      ]);
      return [dimension, { rows: Object.fromEntries(named), folded }];
    }),
  );
}

const occurrences = (rows: { readonly [name: string]: ReferenceRow }): object =>
  Object.fromEntries(
    Object.entries(rows).map(([name, { count, visits, visitors }]) => [name, { count, visits, visitors }]),
  );

/** A visit to each of these pages, all on one day. */
function visited(store: Bench, pages: readonly string[], day = 0): void {
  store.project(
    pages.flatMap((page, n) =>
      visitOf({ visitor: `v-${day}-${n}`, at: fixtureTime + day * 86_400_000 + n * 1_000, pages: [page] }),
    ),
  );
}

const times = <Value>(count: number, make: (n: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Views by page, as a breakdown has them. */
const viewsOf = ({ read }: Bench, filters: readonly Filter[] = []): object =>
  Object.fromEntries(
    read
      .breakdown({ ...list, filters, dimension: "page", sort: "visits" })
      .rows.map(({ value, pageViews }) => [value, pageViews]),
  );

describe("values of a random history that are too many to be told apart", { timeout: 300_000 }, () => {
  test("stand together, whatever the order in which they came, and however their day was derived", () => {
    fc.assert(
      fc.property(
        histories.chain((batches) => fc.tuple(fc.constant(batches), shuffled(batches), fc.integer({ min: 1, max: 3 }))),
        ([batches, chunks, mostValues]) => {
          using store = bench({ mostValues });
          for (const chunk of chunks) store.project(chunk);
          const expected = referenceBreakdowns(referenceHistories(batches), mostValues);
          expect(breakdowns(store)).toEqual(expected);
          settle(store.write);
          expect(breakdowns(store)).toEqual(expected);
          let next: readonly number[] | null = null;
          do next = store.write.rebuild("days", next).next;
          while (next !== null);
          expect(breakdowns(store)).toEqual(expected);
        },
      ),
      { numRuns: shareOf(40) },
    );
  });

  test("do so among names of events and errors", () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 2 }), (batches, mostValues) => {
        using store = bench({ mostValues });
        store.project(batches);
        const all = referenceHistories(batches);
        const custom = referenceRows(all, namesOf("custom"), mostValues);
        const events = store.read.events({ ...list, type: "custom", sort: "count" });
        expect(Object.fromEntries(events.rows.map(({ type, name, ...row }) => [name, row]))).toEqual(
          occurrences(custom.rows),
        );
        expect(events.folded).toEqual(custom.folded);
        const failed = referenceRows(all, namesOf("error"), mostValues);
        const errors = store.read.errors({ ...list, sort: "last" });
        expect(
          Object.fromEntries(
            errors.rows.map(({ message, count, visits, visitors }) => [message, { count, visits, visitors }]),
          ),
        ).toEqual(occurrences(failed.rows));
        expect(errors.folded).toEqual(failed.folded);
      }),
      { numRuns: shareOf(30) },
    );
  });

  test("answer every question the same from day rows, from visits, and where a filter lets all pass", () => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench({ mostValues: 2 });
        store.project(batches);
        const fromVisits = dump(store.read);
        expect(dump(store.read, everything)).toEqual(fromVisits);
        settle(store.write);
        expect(dump(store.read)).toEqual(fromVisits);
      }),
      { numRuns: shareOf(25) },
    );
  });

  test("are found by a filter that names them as they stand", () => {
    fc.assert(
      fc.property(
        histories,
        fc.constantFrom(...Object.keys(dimensions)),
        fc.integer({ min: 1, max: 2 }),
        (batches, dimension, mostValues) => {
          using store = bench({ mostValues });
          store.project(batches);
          const all = referenceHistories(batches);
          const valuesOf = dimensions[dimension] as ValuesOf;
          const { nameOf } = referenceFold(all, valuesOf, mostValues);
          const fits = (one: ReferenceHistory): boolean =>
            valuesOf(one).some((value) => nameOf(one, value) === "(other)");
          const startsOf = (filter: Filter): readonly number[] =>
            allVisits(store.read, [filter]).map(({ start }) => start);
          const starts = (wanted: boolean): readonly number[] =>
            all.filter((one) => fits(one) === wanted).map(({ visit }) => visit.start);
          const field = dimension as Dimension;
          expect(startsOf(["is", field, ["(other)"]])).toEqual(starts(true));
          expect(startsOf(["is_not", field, ["(other)"]])).toEqual(starts(false));
          const now = Math.max(0, ...batches.map(({ at }) => at));
          const current = (...filters: readonly Filter[]): number =>
            store.read.summary({ ...query, now, filters }).current;
          const others: Filter = ["is", field, ["(other)"]];
          expect(current(["or", [others, ["not", others]]])).toBe(current());
          if (starts(true).length === 0) expect(current(others)).toBe(0);
          if (starts(false).length === 0) expect(current(others)).toBe(current());
        },
      ),
      { numRuns: shareOf(30) },
    );
  });
});

describe("values that are too many to be told apart", () => {
  test("make a day no longer than it may be, and leave what is frequent as it is", () => {
    using store = bench({ mostValues: 5 });
    visited(store, [...times(9, () => "/"), ...times(4, () => "/pricing"), ...times(60, (n) => `/random-${n}`)]);
    const expected = { "/": 9, "/pricing": 4, "(other)": 60 };
    expect(viewsOf(store)).toEqual(expected);
    settle(store.write);
    expect(viewsOf(store)).toEqual(expected);
    expect(store.read.summary(query).numbers.pageViews).toBe(73);
    const answer = store.read.breakdown({ ...list, dimension: "page", sort: "visits" });
    expect(answer).toMatchObject({ total: 3, folded: { days: 1, values: 60 } });
    expect(store.write.folded()).toEqual([
      { dimension: "entry", days: 1, values: 60 },
      { dimension: "exit", days: 1, values: 60 },
      { dimension: "page", days: 1, values: 60 },
    ]);
    const connection = store.database.connect("read");
    const rows = connection.get<{ n: number }>("SELECT count(*) AS n FROM days WHERE dimension = 'page'");
    expect(rows?.n).toBe(3);
    connection.close();
  });

  test("are none where there are just as many as may be", () => {
    using store = bench({ mostValues: 3 });
    visited(store, ["/a", "/b", "/c"]);
    expect(viewsOf(store)).toEqual({ "/a": 1, "/b": 1, "/c": 1 });
    expect(store.read.breakdown({ ...list, dimension: "page", sort: "visits" }).folded).toBeUndefined();
    settle(store.write);
    expect(store.write.folded()).toEqual([]);
  });

  test("are those that as many visits have as the first too many, and all of these", () => {
    using store = bench({ mostValues: 3 });
    visited(store, ["/a", "/a", "/b", "/c", "/d"]);
    expect(viewsOf(store)).toEqual({ "/a": 2, "(other)": 3 });
    using other = bench({ mostValues: 2 });
    visited(other, ["/a", "/a", "/a", "/b", "/b", "/c"]);
    expect(viewsOf(other)).toEqual({ "/a": 3, "/b": 2, "(other)": 1 });
  });

  test("count on each day by themselves", () => {
    using store = bench({ mostValues: 2 });
    visited(store, ["/a", "/a", "/b", "/c"], 0);
    visited(store, ["/b", "/c"], 1);
    settle(store.write);
    expect(viewsOf(store)).toEqual({ "/a": 2, "/b": 1, "/c": 1, "(other)": 2 });
    expect(store.read.breakdown({ ...list, dimension: "page", sort: "visits" }).folded).toEqual({ days: 1, values: 2 });
  });

  test("are named again in an answer about them, with their titles", () => {
    using store = bench({ mostValues: 3 });
    // Some days into the period: of the first ones all are asked for titles.
    visited(store, ["/a", "/a", "/b", "/b", "/c", "/d"], 9);
    settle(store.write);
    expect(viewsOf(store)).toEqual({ "/a": 2, "/b": 2, "(other)": 2 });
    const filters: readonly Filter[] = [["is", "page", ["(other)"]]];
    expect(viewsOf(store, filters)).toEqual({ "/c": 1, "/d": 1 });
    expect(viewsOf(store, [["is", "page", ["/c"]]])).toEqual({ "/c": 1 });
    expect(store.read.pages({ ...query, filters, limit: 10 }).pages.map(({ title }) => title)).toEqual(["/c", "/d"]);
  });

  test("are no page to look at", () => {
    using store = bench({ mostValues: 1 });
    visited(store, ["/a", "/a", "/b", "/c"]);
    const { pages, folded } = store.read.pages({ ...query, limit: 10 });
    expect(pages.map(({ page, views }) => [page, views])).toEqual([["/a", 2]]);
    expect(folded).toEqual({ days: 1, values: 2 });
  });

  test("count a visit, and a visitor who is known again, once however many it has", () => {
    using store = bench({ mostValues: 1 });
    for (const day of [0, 1])
      store.project([
        ...visitOf({
          visitor: "known",
          at: fixtureTime + day * 86_400_000,
          stored: true,
          pages: ["/", "/x", "/y", "/x"],
        }),
        ...visitOf({ visitor: "other", at: fixtureTime + day * 86_400_000, pages: ["/"] }),
      ]);
    const rows = () => store.read.breakdown({ ...list, dimension: "page", sort: "visits" }).rows;
    const others = { value: "(other)", visitors: 1, visits: 2, pageViews: 6, bounceRate: 0, visitDuration: 180_000 };
    expect(rows()).toMatchObject([{ value: "/", visitors: 3, visits: 4, pageViews: 4 }, others]);
    settle(store.write);
    expect(rows()).toMatchObject([{ value: "/", visitors: 3, visits: 4, pageViews: 4 }, others]);
  });

  test("are known to have been as long as the numbers of their day are kept", () => {
    using store = bench({ mostValues: 1 });
    visited(store, ["/a", "/a", "/b", "/c"]);
    const sweep = (days: number): void => {
      while (store.write.sweep(fixtureTime + days * 86_400_000));
    };
    const expected = { "/a": 2, "(other)": 2 };
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 9, snapshotDays: 0 } }));
    sweep(5);
    expect(allVisits(store.read)).toEqual([]);
    expect(viewsOf(store)).toEqual(expected);
    expect(store.read.breakdown({ ...list, dimension: "page", sort: "visits" }).folded).toEqual({ days: 1, values: 2 });
    sweep(20);
    expect(viewsOf(store)).toEqual({});
    expect(store.write.folded()).toEqual([]);
  });

  test("take in what is called as they are", () => {
    using store = bench({ mostValues: 2 });
    const custom = (name: string): Event => ({ type: "custom", t: 5, name });
    const named = [["(other)", "c"], ["(other)"], ["a"], ["a"], ["a"], ["a"], ["b"]];
    store.project(
      named.flatMap((names, n) => visitOf({ visitor: `v-${n}`, at: fixtureTime + n, events: names.map(custom) })),
    );
    const visits = () =>
      store.read
        .breakdown({ ...list, dimension: "event", sort: "visits" })
        .rows.map((row): readonly [string, number] => [row.value, row.visits]);
    const expected = [
      ["a", 4],
      ["(other)", 3],
    ];
    expect(visits()).toEqual(expected);
    settle(store.write);
    expect(visits()).toEqual(expected);
    expect(store.read.events({ ...list, type: "custom", sort: "count" }).rows).toMatchObject([
      { name: "(other)", count: 4, visits: 3 },
      { name: "a", count: 4, visits: 4 },
    ]);
    expect(allVisits(store.read, [["is", "event", ["(other)"]]])).toHaveLength(3);
  });

  test("stand together in properties, goals, vitals and forms too, but not where a page is asked for", () => {
    using store = bench({ mostValues: 1 });
    const events = (n: number): readonly Event[] => [
      { type: "custom", t: 5, name: "signup", props: { plan: n < 2 ? "free" : `plan-${n}` } },
      { type: "goal", t: 6, name: n < 2 ? "buy" : `goal-${n}`, value: 2, currency: "EUR" },
      { type: "vital", t: 7, name: "LCP", value: 100 * n, rating: "good" },
      { type: "input", t: 8, el: "#f f", act: "submit" },
    ];
    store.project(
      times(4, (n) => n).flatMap((n) =>
        visitOf({ visitor: `v-${n}`, at: fixtureTime + n, pages: [n < 2 ? "/" : `/p-${n}`], events: events(n) }),
      ),
    );
    const folded = { days: 1, values: 2 };
    const properties = store.read.properties({ ...list, event: null, key: "plan", sort: "count" });
    expect(properties).toMatchObject({ rows: [{ value: "(other)", count: 2 }, { value: "free" }], folded });
    const goals = store.read.goals({ ...list, sort: "conversions" });
    expect(goals).toMatchObject({ rows: [{ name: "(other)", revenue: [{ value: 4 }] }, { name: "buy" }], folded });
    const vitals = store.read.vitals(list);
    expect(vitals).toMatchObject({ rows: [{ page: "(other)", count: 2 }, { page: "/" }], folded });
    expect(vitals.metrics).toMatchObject([{ count: 4 }]);
    const forms = store.read.forms({ ...list, page: null });
    expect(forms).toMatchObject({
      rows: [
        { page: "(other)", sent: 2 },
        { page: "/", sent: 2 },
      ],
      folded,
    });
    expect(store.read.forms({ ...list, page: "/p-3" }).rows).toMatchObject([{ page: "/p-3", sent: 1 }]);
    expect(store.read.forms({ ...list, page: "(other)" }).rows).toMatchObject([{ sent: 2 }]);
    expect(allVisits(store.read, [["is", "props.plan", ["(other)"]]])).toHaveLength(2);
  });
});
