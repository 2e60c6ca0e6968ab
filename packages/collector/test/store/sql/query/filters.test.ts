import type { Filter } from "@isotherm/protocol";
import { edgeOf, fixtures } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allVisits } from "../../dump.js";
import { histories } from "../../history.js";
import { pageOf, type ReferenceHistory, referenceHistories } from "../../reference.js";
import { shareOf } from "../../share.js";
import { bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const texts: { readonly [field: string]: readonly string[] } = {
  page: ["/", "/pricing", "/docs/start", "PRIC"],
  entry: ["/", "/pricing"],
  event: ["event-1", "event-2", "purchase", "signup"],
  "props.plan": ["free", "pro", "Pro max", "PRO"],
  "props.tags": ["t0", "t1", "t2"],
  "props.seats": ["1", "2", "3"],
  "props.other": ["1"],
};

const { filter: filters } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc
      .constantFrom(...Object.keys(texts))
      .chain((field) =>
        fc.tuple(
          fc.constantFrom("is", "is_not", "contains", "contains_not"),
          fc.constant(field),
          fc.subarray([...(texts[field] ?? [])], { minLength: 1 }),
        ),
      ) as fc.Arbitrary<Filter>,
    fc.tuple(
      fc.constantFrom("and", "or"),
      fc.array(tie("filter"), { minLength: 1, maxLength: 3 }),
    ) as fc.Arbitrary<Filter>,
    fc.tuple(fc.constant("not"), tie("filter")) as fc.Arbitrary<Filter>,
  ),
}));

/** Every value that a visit has of a field, read off its events. */
function valuesOf({ visit, all }: ReferenceHistory, field: string): readonly string[] {
  if (field === "entry") return [visit.entry];
  return all.flatMap(({ event, batch }) => {
    if (field === "page") return event.type === "page" && batch.page.nav !== "resume" ? [pageOf(batch)] : [];
    if (event.type !== "custom" && event.type !== "goal") return [];
    if (field === "event") return [event.name];
    const value = event.type === "custom" ? event.props?.[field.slice("props.".length)] : undefined;
    return value === undefined ? [] : [value].flat().map(String);
  });
}

function fits(history: ReferenceHistory, filter: Filter): boolean {
  switch (filter[0]) {
    case "and":
      return filter[1].every((one) => fits(history, one));
    case "or":
      return filter[1].some((one) => fits(history, one));
    case "not":
      return !fits(history, filter[1]);
    default: {
      const [operator, field, wanted] = filter;
      const within = operator.startsWith("contains");
      const found = valuesOf(history, field).some((value) =>
        wanted.some((text) => (within ? value.toLowerCase().includes(text.toLowerCase()) : value === text)),
      );
      return found !== (operator === "is_not" || operator === "contains_not");
    }
  }
}

describe("filters", { timeout: 120_000 }, () => {
  test("choose the visits whose events say so, however they nest", () => {
    fc.assert(
      fc.property(histories, fc.array(filters, { minLength: 1, maxLength: 2 }), (batches, chosen) => {
        using store = bench();
        store.project(batches);
        const expected = referenceHistories(batches).filter((history) =>
          chosen.every((filter) => fits(history, filter)),
        );
        const found = allVisits(store.read, chosen);
        expect(found.map(({ start, visitor }) => [start, visitor])).toEqual(
          expected.map(({ visit }) => [visit.start, visit.visitor]),
        );
      }),
      { numRuns: shareOf(60) },
    );
  });

  const start = Date.UTC(2026, 10, 21, 8);
  const query = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: start + 3_600_000 };
  const signup = {
    ...fixtures.custom,
    t: 5,
    name: "signup",
    props: { plan: "pro", trial: false, seats: 12, tags: ["a", "b"] },
  };

  test("find properties by text, number, truth value and entry of a list, and nothing that is nested", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: start, events: [signup] }),
      ...visitOf({
        visitor: "b",
        at: start + 1,
        events: [{ ...signup, props: { plan: null, deep: { plan: "pro" } } }],
      }),
    ]);
    const found = (field: `props.${string}`, value: string) =>
      store.read
        .sessions({ ...query, filters: [["is", field, [value]]], limit: 5, cursor: null })
        .sessions.map(({ visitor }) => visitor);
    expect(found("props.plan", "pro")).toEqual(["a"]);
    expect(found("props.trial", "false")).toEqual(["a"]);
    expect(found("props.seats", "12")).toEqual(["a"]);
    expect(found("props.tags", "b")).toEqual(["a"]);
    for (const value of ["pro", "null", "[object Object]"]) expect(found("props.deep", value)).toEqual([]);
    expect(found("props.plan", "null")).toEqual([]);
  });

  test("find properties that an older program kept in rows of their own, beside those of newer events", () => {
    using store = bench();
    const trial = { ...signup, props: { plan: "trial" } };
    store.project([
      ...visitOf({ visitor: "a", at: start, events: [signup] }),
      ...visitOf({ visitor: "b", at: start + 1, events: [trial] }),
      ...visitOf({ visitor: "c", at: start + 2, events: [trial] }),
    ]);
    const connection = store.database.connect("write");
    const number = (text: string) =>
      connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", text)?.n ?? 0;
    // The first visit's, as an older program wrote them.
    const [first] = connection.all<{ raw: number; n: number }>(
      "SELECT e.raw, e.n FROM events e WHERE e.properties IS NOT NULL ORDER BY e.raw",
    );
    connection.run("UPDATE events SET properties = NULL WHERE raw = ?", first?.raw ?? 0);
    for (const [key, value] of Object.entries({ plan: "pro", trial: "false" }))
      connection.run(
        "INSERT INTO event_properties (raw, n, name, value) VALUES (?, ?, ?, ?)",
        ...[first?.raw ?? 0, first?.n ?? 0, number(key), number(value)],
      );
    connection.close();
    const visits = (plan: string) =>
      store.read.summary({ ...query, filters: [["is", "props.plan", [plan]]] }).numbers.visits;
    expect([visits("pro"), visits("trial")]).toEqual([1, 2]);
    const list = { ...query, search: "", limit: 10, cursor: null, sort: "count" } as const;
    const rows = (key: string | null) =>
      store.read.properties({ ...list, event: "signup", key }).rows.map(({ value, count }) => [value, count]);
    expect(rows("plan")).toEqual([
      ["trial", 2],
      ["pro", 1],
    ]);
    expect(rows(null)).toEqual([
      ["plan", 3],
      ["trial", 1],
    ]);
  });

  test("find properties of batches that were stored before anybody looked for them", () => {
    using store = bench();
    store.project([
      ...visitOf({ visitor: "a", at: start, events: [signup] }),
      ...Array.from({ length: 210 }, (_, n) => visitOf({ visitor: `v${n}`, at: start + n })).flat(),
    ]);
    const pro = () => store.read.summary({ ...query, filters: [["is", "props.plan", ["pro"]]] }).numbers.visits;
    const connection = store.database.connect("write");
    connection.run("UPDATE events SET properties = NULL");
    connection.run("INSERT INTO backlog SELECT 'details', max(n) FROM raw");
    connection.close();
    expect(pro()).toBe(0);
    let turns = 0;
    while (store.write.catchUp()) turns++;
    expect(turns).toBe(2);
    expect(pro()).toBe(1);
    expect(store.write.catchUp()).toBe(false);
  });
});

describe("machines", () => {
  const start = Date.UTC(2026, 10, 21, 8);
  const query = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: start };

  test("are shown by class, and on their own", () => {
    using store = bench();
    const crawler = edgeOf({ ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" });
    store.project([
      ...visitOf({ visitor: "person", at: start, pages: ["/", "/a"] }),
      ...visitOf({ visitor: "one", at: start, pages: ["/b", "/c", "/d"], edge: { ua: crawler.ua as string } }),
      ...visitOf({ visitor: "two", at: start, page: { webdriver: true } }),
      ...visitOf({ visitor: "two", at: start + 7_200_000, page: { webdriver: true } }),
    ]);
    expect(store.read.bots(query).rows).toEqual([
      { class: "headless", visitors: 1, visits: 2, pageViews: 2 },
      { class: "crawler", visitors: 1, visits: 1, pageViews: 3 },
    ]);
    const visits = (bots?: "all" | "crawler") => store.read.summary({ ...query, ...(bots && { bots }) }).numbers;
    expect(visits()).toMatchObject({ visits: 1, pageViews: 2 });
    expect(visits("all")).toMatchObject({ visits: 3, visitors: 2, pageViews: 5 });
    expect(visits("crawler")).toMatchObject({ visits: 1, pageViews: 3 });
    const list = store.read.sessions({ ...query, bots: "crawler", limit: 9, cursor: null }).sessions;
    expect(list.map(({ visitor, entry }) => [visitor, entry])).toEqual([["one", "/b"]]);
    const pages = store.read.breakdown({
      ...{ ...query, bots: "headless", dimension: "page", search: "", sort: "visits", limit: 9, cursor: null },
    });
    expect(pages.rows.map(({ value, visits: count }) => [value, count])).toEqual([["/", 2]]);
    // What was remembered of machines is not taken for people's.
    expect(visits()).toMatchObject({ visits: 1, pageViews: 2 });
  });
});
