import { gzipSync } from "node:zlib";
import type { Filter } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { connect } from "../../../../src/store/sqlite/connect.js";
import type { RebuildStep } from "../../../../src/store/store.js";
import { settle } from "../../settle.js";
import { siteOf } from "../../site.js";
import { type Bench, bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const day = 86_400_000;
/** Noon in Paris of each of the last 10 days, the oldest first. */
const days = Array.from({ length: 10 }, (_, n) => fixtureTime - (9 - n) * day);
const range = { from: "2026-11-10", to: "2026-11-30" };
const query = { site: "shop", range, filters: [], now: fixtureTime };

const sweep = ({ write }: Bench, now = fixtureTime): number => {
  let steps = 1;
  for (; write.sweep(now); steps++) if (steps > 10_000) throw new Error("sweeping never ends");
  return steps;
};

const furnished = (store: Bench): void => {
  store.project(days.flatMap((at) => ["ada", "bob"].flatMap((visitor) => visitOf({ visitor, at, stored: true }))));
  settle(store.write);
};

describe("retention", () => {
  test("keeps everything where nothing else is said", () => {
    using store = bench();
    furnished(store);
    const before = store.read.summary(query);
    expect(sweep(store)).toBe(1);
    expect(store.read.summary(query)).toEqual(before);
  });

  test("lets batches and visits go after some days, and keeps the numbers of their days", () => {
    using store = bench();
    furnished(store);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    const series = { ...query, metric: "visits", interval: "day" } as const;
    const before = store.read.series(series).points;
    sweep(store);
    expect(store.read.series(series).points).toEqual(before);
    expect(store.read.pages({ ...query, limit: 9 }).pages).toMatchObject([{ page: "/" }]);
    const { sessions } = store.read.sessions({ ...query, limit: 100, cursor: null });
    expect(sessions).toHaveLength(6);
    expect(Math.min(...sessions.map(({ start }) => start))).toBe(days[7]);
    // Who came on several swept days counts on each; the others, who came on three days that are kept, once.
    expect(store.read.summary(query).numbers).toMatchObject({ visits: 20, visitors: 7 * 2 + 2 });
  });

  test("keeps the numbers of its days also where one of them is to be derived again", () => {
    using store = bench();
    furnished(store);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    sweep(store);
    const connection = connect(store.file, "write");
    connection.run("INSERT INTO dirty_days (site, day) SELECT site, min(day) FROM day_versions GROUP BY site");
    sweep(store, fixtureTime + day);
    expect(connection.all("SELECT day FROM dirty_days")).toEqual([]);
    connection.close();
    expect(store.read.summary(query).numbers).toMatchObject({ visits: 20 });
  });

  test("has nobody answered from visits that went while they were remembered", () => {
    using store = bench();
    furnished(store);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    const filtered = { ...query, filters: [["is", "page", ["/"]]] as Filter[] };
    const asked = (): readonly number[] => [
      store.read.summary(filtered).numbers.visits,
      store.read.delivery(query).tabs,
    ];
    const before = asked();
    expect(before).toEqual([20, 20]);
    // Its days are closed, one a step, before any row goes.
    for (let closed = 0; closed < 7; closed++) expect(store.write.sweep(fixtureTime)).toBe(true);
    expect(asked()).toEqual(before);
    sweep(store);
    expect(asked()).toEqual([6, 6]);
  });

  test("misses nothing of a tab that is open for longer than its days, and forgets it once it is silent for as long", () => {
    using store = bench();
    const batches = days.map((at, seq) =>
      sealedBatchOf({ tab: "open", seq, at, page: pageOf({ id: `view ${seq}` }), edge: edgeOf({ at }) }),
    );
    const silent = visitOf({ visitor: "bob", at: days[0] as number });
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    const last = batches.pop();
    store.project([...silent, ...batches]);
    sweep(store, days[8] as number);
    // One is still on its way, and one came twice.
    const later = [last, batches[8]].filter((batch) => batch !== undefined);
    const kept = { ...query, now: fixtureTime };
    expect(store.read.delivery(kept)).toMatchObject({ tabs: 1, received: 9, pending: 0, lost: 0, rate: 1 });
    store.project(later);
    expect(store.read.delivery(kept)).toMatchObject({
      tabs: 1,
      received: 10,
      duplicates: 1,
      pending: 0,
      lost: 0,
      rate: 1,
    });
    const from = (day: number) => new Date(days[day] as number).toISOString().slice(0, 10);
    const began = (day: number) => store.read.delivery({ ...kept, range: { from: from(day), to: from(day) } }).tabs;
    expect([began(0), began(6), began(7)]).toEqual([0, 1, 0]);
    sweep(store);
    expect([began(6), began(7)]).toEqual([0, 1]);
    sweep(store, fixtureTime + 3 * day);
    expect(store.read.delivery({ ...kept, range: { from: "2026-11-01", to: "2026-12-01" } }).tabs).toBe(0);
  });

  test("leaves no room for an import beside the numbers of its days", () => {
    using store = bench();
    furnished(store);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    sweep(store);
    const counts = { visitors: 5, visits: 5, rated: 5, pageViews: 5, bounces: 0, duration: 0 };
    const rows = ["2026-11-11", "2026-11-13"].map((on) => ({
      dimension: "all" as const,
      day: on,
      value: "",
      ...counts,
    }));
    const report = store.write.putImported({ site: "shop", origin: "ga4", anew: [], rows });
    expect(report).toEqual({ stored: 1, own: 1, begins: "2026-11-12" });
  });

  test("goes in steps of few batches, between which others are stored", () => {
    using store = bench();
    const old = Array.from({ length: 450 }, (_, n) => visitOf({ visitor: `v${n}`, at: days[0] as number }));
    store.project(old.flat());
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    const connection = connect(store.file, "read");
    const left = (): number =>
      connection.get<{ n: number }>("SELECT count(*) AS n FROM raw WHERE received < ?", days[5] as number)?.n ?? 0;
    const seen = [left()];
    let came = 0;
    while (store.write.sweep(fixtureTime)) {
      if (came > 1_000) throw new Error("it does not end as long as batches come");
      seen.push(left());
      expect(store.project(visitOf({ visitor: "eve", at: (days[9] as number) + came++ }))).toMatchObject({ stored: 1 });
    }
    connection.close();
    const gone = seen.slice(1).map((after, n) => (seen[n] as number) - after);
    expect([seen[0], seen.at(-1)]).toEqual([450, 0]);
    expect(Math.max(...gone)).toBeLessThanOrEqual(100);
    expect(store.read.sessions({ ...query, limit: 1_000, cursor: null }).sessions).toHaveLength(1);
  });

  test("leaves the heat of its days as it is when heat is rebuilt while a visit over midnight is left", () => {
    using store = bench();
    const at = days[6] as number;
    const events = [{ ...fixtures.click, n: 0 }];
    // Ten in the morning it is in Paris.
    const overMidnight = at + 14 * 3_600_000 - 30_000;
    store.project([
      ...["ada", "bob"].flatMap((visitor) => visitOf({ visitor, at, events, stored: true })),
      ...visitOf({ visitor: "eve", at: overMidnight, pages: ["/", "/next"], events, stored: true }),
    ]);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    sweep(store);
    expect(store.read.visitor({ site: "shop", visitor: "eve", after: 0 }).batches).toHaveLength(2);
    expect(store.read.visitor({ site: "shop", visitor: "ada", after: 0 }).batches).toEqual([]);
    const clicks = (): number => store.read.heatmap({ ...query, page: "/", kind: "click", bucket: null }).count;
    expect(clicks()).toBe(3);
    let next: RebuildStep["next"] = null;
    do next = store.write.rebuild("heat", next).next;
    while (next !== null);
    expect(clicks()).toBe(3);
  });

  test("takes no batch of a day that is gone, and none twice that went with its day", () => {
    using store = bench();
    const old = visitOf({ visitor: "ada", at: days[0] as number, stored: true });
    const late = visitOf({ visitor: "eve", at: days[1] as number, stored: true });
    store.project(old);
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    sweep(store);
    const numbers = store.read.summary(query).numbers;
    expect(numbers.visits).toBe(1);
    expect(store.project([...old, ...late])).toMatchObject({ stored: 0, expired: 2 });
    settle(store.write);
    expect(store.read.summary(query).numbers).toEqual(numbers);
    // With more days again, the day is open, but its batch is known.
    expect(store.project(visitOf({ visitor: "ada", at: days[9] as number }))).toMatchObject({ stored: 1 });
  });

  test("lets numbers, heat and snapshots go after their days, and the names with the visits", () => {
    using store = bench();
    furnished(store);
    const picture = { site: "shop", ref: "ref", page: "/", bucket: 1280, layout: "l1", view: "v" } as const;
    const seen = { origin: "https://shop.example", vw: 1_300, vh: 720, dw: 1_300, dh: 4_200 };
    const room = { count: 9, bytes: 1_000_000, since: 0 };
    store.write.putSnapshot({ ...picture, ...seen, at: days[2] as number }, room, gzipSync("{}"));
    store.write.putSite(siteOf({ retention: { rawDays: 0, aggregateDays: 5, snapshotDays: 5 } }));
    sweep(store);
    expect(store.read.summary(query).numbers).toMatchObject({ visits: 10, visitors: 2 });
    expect(store.read.snapshots({ site: "shop", page: null, bucket: null }).snapshots).toEqual([]);
    sweep(store, fixtureTime + 6 * day);
    expect(store.read.summary({ ...query, now: fixtureTime + 6 * day }).numbers.visits).toBe(0);
    expect(store.read.visitor({ site: "shop", visitor: "ada", after: 0 }).people).toEqual([]);
  });
});
