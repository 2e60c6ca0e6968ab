import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dimension, Filter } from "@isotherm/protocol";
import { fixtures } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { writeMmdb } from "../../../mmdb.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const start = Date.UTC(2026, 10, 21, 8);
const query = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, now: start + 3_600_000 };
const named = (name: string, passive = false) => ({ ...fixtures.custom, t: 10, name, passive });

const ask = (store: Bench, dimension: Dimension, filters: readonly Filter[] = []) =>
  store.read.breakdown({ ...query, filters, dimension, search: "", sort: "visits", limit: 100, cursor: null });
const counts = (store: Bench, dimension: Dimension, filters: readonly Filter[] = []) =>
  Object.fromEntries(ask(store, dimension, filters).rows.map(({ value, visits }) => [value, visits]));

/** Three visits that differ in everything. */
function furnished(): Bench {
  const store = bench();
  store.project([
    ...visitOf({
      visitor: "a",
      at: start,
      pages: ["/?utm_source=google&utm_medium=cpc", "/pricing", "/"],
      edge: { country: "FR" },
    }),
    ...visitOf({
      visitor: "b",
      at: start + 1_000,
      pages: ["/pricing"],
      events: [named("signup"), named("signup"), named("seen", true)],
      edge: { country: "DE" },
    }),
    ...visitOf({
      visitor: "c",
      at: start + 2_000,
      pages: ["/100%_sure"],
      page: { referrer: "https://news.ycombinator.com/", lang: "de" },
    }),
  ]);
  return store;
}

describe("breakdown", () => {
  test("groups visits by what they are", () => {
    using store = furnished();
    expect(counts(store, "source")).toEqual({ Direct: 1, Google: 1, "Hacker News": 1 });
    expect(counts(store, "channel")).toEqual({ Direct: 1, "Paid Search": 1, "Organic Social": 1 });
    expect(counts(store, "medium")).toEqual({ cpc: 1, "(not set)": 2 });
    expect(counts(store, "country")).toEqual({ FR: 1, DE: 1, "(not set)": 1 });
    expect(counts(store, "language")).toEqual({ "en-GB": 2, de: 1 });
    expect(counts(store, "entry")).toEqual({ "/": 1, "/pricing": 1, "/100%_sure": 1 });
    expect(counts(store, "exit")).toEqual({ "/": 1, "/pricing": 1, "/100%_sure": 1 });
  });

  test("groups and filters by versions, makers and models", () => {
    using store = bench();
    const agents = [
      "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/159.0.8154.6 Safari/537.36",
      "Mozilla/5.0 (Linux; Android 16; Pixel 10 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/159.0.8154.6 Mobile Safari/537.36",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:156.0) Gecko/20100101 Firefox/156.0",
    ];
    store.project(agents.flatMap((ua, n) => visitOf({ visitor: `v${n}`, at: start + n, edge: { ua } })));
    expect(counts(store, "browserVersion")).toEqual({ "Chrome 159": 2, "Firefox 156": 1 });
    expect(counts(store, "systemVersion")).toEqual({ "Android 14": 1, "Android 16": 1, "Windows 10 or 11": 1 });
    expect(counts(store, "vendor")).toEqual({ Samsung: 1, Google: 1, "(not set)": 1 });
    expect(counts(store, "model", [["is", "browserVersion", ["Chrome 159"]]])).toEqual({
      "SM-X710": 1,
      "Pixel 10 Pro": 1,
    });
    expect(counts(store, "browser", [["is", "vendor", ["Samsung"]]])).toEqual({ Chrome: 1 });
  });

  test("groups and filters by places that files tell, and keeps servers apart", () => {
    const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
    const file = join(folder, "places.mmdb");
    const place = (city: string) => ({ country: { iso_code: "FR" }, region: `Around ${city}`, city });
    writeMmdb(file, {
      "203.0.113.0/24": { ...place("Paris"), asn: 64500, organization: "Example Telecom" },
      "198.51.100.0/24": place("Lyon"),
      "192.0.2.0/24": { ...place("Roubaix"), hosting: true },
    });
    using store = bench({ places: [file] });
    const networks = ["203.0.113.0", "203.0.113.0", "198.51.100.0", "192.0.2.0"];
    store.project(
      networks.flatMap((ip, n) => visitOf({ visitor: `v${n}`, at: start + n, edge: { ip, country: "FR" } })),
    );
    expect(counts(store, "city")).toEqual({ Paris: 2, Lyon: 1 });
    expect(counts(store, "region", [["is", "city", ["Lyon"]]])).toEqual({ "Around Lyon": 1 });
    expect(counts(store, "city", [["is", "asn", ["AS64500"]]])).toEqual({ Paris: 2 });
    expect(counts(store, "org")).toEqual({ "Example Telecom": 2, "(not set)": 1 });
    expect(counts(store, "eu", [["is_not", "city", ["Paris"]]])).toEqual({ yes: 1 });
    expect(counts(store, "timeZone")).toEqual({ "Europe/Paris": 3 });
    expect(counts(store, "network")).toEqual({ "(not set)": 3 });
    const connection = store.database.connect("read");
    expect(connection.all("SELECT bot FROM sessions WHERE bot IS NOT NULL")).toEqual([{ bot: "hosting" }]);
    connection.close();
    rmSync(folder, { recursive: true });
  });

  test("counts a page's views, and each visit that saw it once", () => {
    using store = furnished();
    expect(ask(store, "page").rows).toEqual([
      { value: "/pricing", visitors: 2, visits: 2, pageViews: 2, bounceRate: 0, visitDuration: 60_005 },
      { value: "/", visitors: 1, visits: 1, pageViews: 2, bounceRate: 0, visitDuration: 120_000 },
      { value: "/100%_sure", visitors: 1, visits: 1, pageViews: 1, bounceRate: 1, visitDuration: 0 },
    ]);
  });

  test("counts events by name", () => {
    using store = furnished();
    expect(ask(store, "event").rows).toMatchObject([
      { value: "seen", visits: 1, pageViews: 1 },
      { value: "signup", visits: 1, pageViews: 2 },
    ]);
  });

  test("counts every event of a batch that has many", () => {
    using store = bench();
    const many = Array.from({ length: 21 }, (_, n) => named(`step ${n % 3}`));
    store.project(visitOf({ visitor: "busy", at: start, events: many }));
    const rows = ask(store, "event").rows.map(({ value, pageViews }) => [value, pageViews]);
    expect(Object.fromEntries(rows)).toEqual({ "step 0": 7, "step 1": 7, "step 2": 7 });
  });

  test("finds, sorts and turns pages without losing a row", () => {
    using store = bench();
    for (let n = 0; n < 12; n++) {
      const pages = Array.from({ length: (n % 4) + 1 }, () => `/page-${n}`);
      store.project(visitOf({ visitor: `v${n}`, at: start + n, pages }));
    }
    store.project(visitOf({ visitor: "other", at: start, pages: ["/other"] }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = store.read.breakdown({
        ...{ ...query, filters: [], dimension: "page", search: "PAGE-", sort: "pageViews", limit: 5, cursor },
      });
      expect(answer.total).toBe(12);
      seen.push(...answer.rows.map(({ value, pageViews }) => `${pageViews} ${value}`));
      cursor = answer.next ?? null;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(12);
    expect(seen).toEqual(seen.toSorted((a, b) => Number(b[0]) - Number(a[0]) || (a.slice(2) < b.slice(2) ? -1 : 1)));
  });
});

describe("a filter", () => {
  const filters: readonly (readonly [filter: Filter, visitors: readonly string[]])[] = [
    [
      ["is", "source", ["Google", "Hacker News"]],
      ["a", "c"],
    ],
    [["is", "source", []], []],
    [
      ["is_not", "source", ["Google"]],
      ["b", "c"],
    ],
    [
      ["contains", "source", ["oog", "NEWS"]],
      ["a", "c"],
    ],
    [["contains", "source", []], []],
    [["is", "country", ["(not set)"]], ["c"]],
    [
      ["is", "page", ["/pricing"]],
      ["a", "b"],
    ],
    [["is_not", "page", ["/pricing"]], ["c"]],
    [["contains", "page", ["%_s"]], ["c"]],
    [["contains", "page", ["\\"]], []],
    [["is", "entry", ["/pricing"]], ["b"]],
    [["is", "exit", ["/"]], ["a"]],
    [["is", "event", ["signup"]], ["b"]],
    [
      ["is_not", "event", ["signup"]],
      ["a", "c"],
    ],
    [["is", "referrer", ["news.ycombinator.com"]], ["c"]],
    [["is", "campaign", ["'; DROP TABLE sessions; --"]], []],
  ];

  test.each(filters)("%j chooses %j", (filter, visitors) => {
    using store = furnished();
    const { sessions } = store.read.sessions({ ...query, filters: [filter], limit: 10, cursor: null });
    expect(sessions.map(({ visitor }) => visitor).sort()).toEqual(visitors);
    const { numbers } = store.read.summary({ ...query, filters: [filter] });
    expect(numbers).toMatchObject({ visits: visitors.length, visitors: visitors.length });
  });

  test("holds together with others", () => {
    using store = furnished();
    expect(
      counts(store, "country", [
        ["is", "page", ["/pricing"]],
        ["is_not", "source", ["Google"]],
      ]),
    ).toEqual({ DE: 1 });
  });
});

describe("sessions", () => {
  test("turn pages newest first, undisturbed by visits that arrive meanwhile", () => {
    using store = bench();
    for (let n = 0; n < 7; n++) store.project(visitOf({ visitor: `v${n}`, at: start + (n >> 1) * 1_000 }));
    const list = (cursor: string | null) => store.read.sessions({ ...query, filters: [], limit: 3, cursor });
    const first = list(null);
    store.project(visitOf({ visitor: "new", at: start + 9_000 }));
    const second = list(first.next ?? "");
    const third = list(second.next ?? "");
    expect(third.next).toBeUndefined();
    const all = [...first.sessions, ...second.sessions, ...third.sessions];
    expect(all.map(({ visitor }) => visitor).sort()).toEqual(["v0", "v1", "v2", "v3", "v4", "v5", "v6"]);
    expect(all.map(({ start: at }) => at)).toEqual(all.map(({ start: at }) => at).sort((a, b) => b - a));
  });

  test("keep an id while they grow, also at their beginning", () => {
    using store = bench();
    const [late = [], early = []] = [start + 600_000, start].map((at) => visitOf({ visitor: "a", at }));
    store.project(late);
    const [visit] = store.read.sessions({ ...query, filters: [], limit: 3, cursor: null }).sessions;
    store.project(early);
    const { session, pageViews, timeline, site } = store.read.session({ id: visit?.id ?? "" });
    expect(session).toMatchObject({ start, end: start + 600_000, pageViews: 2 });
    expect(site).toBe("shop");
    expect(pageViews.map(({ at }) => at)).toEqual([start, start + 600_000]);
    expect(timeline.map(({ at, type }) => [at, type])).toEqual([
      [start, "page"],
      [start + 600_000, "page"],
    ]);
  });

  test("tell every event with its own fields, and no trail", () => {
    using store = bench();
    const events = [
      { ...fixtures.move, t: 5 },
      { ...fixtures.click, t: 6 },
      { type: "future", t: 7, mood: "good" } as never,
    ];
    store.project(visitOf({ visitor: "a", at: start, events }));
    const [visit] = store.read.sessions({ ...query, filters: [], limit: 1, cursor: null }).sessions;
    const { t, type, ...click } = fixtures.click;
    expect(store.read.session({ id: visit?.id ?? "" }).timeline).toEqual([
      { at: start, page: "/", type: "page", detail: {} },
      { at: start + 5, page: "/", type: "move", detail: {} },
      { at: start + 6, page: "/", type: "click", detail: click },
      { at: start + 7, page: "/", type: "future", detail: { mood: "good" } },
    ]);
  });
});
