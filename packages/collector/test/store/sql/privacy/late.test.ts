import { gzipSync } from "node:zlib";
import type { Gone, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { encodeGone } from "../../../../src/project/record.js";
import { bundle } from "../../../../src/store/sql/record-bundle.js";
import { type CoreBench, drain } from "../../bench.js";
import { siteOf } from "../../site.js";
import { bench } from "../../sqlite/bench.js";

const minute = 60_000;
const day = 86_400_000;
/** When Friday becomes Saturday in Paris. */
const midnight = Date.UTC(2026, 10, 20, 23);
const query = { site: "shop", range: { from: "2026-11-19", to: "2026-11-24" }, filters: [], now: fixtureTime + day };

interface Seen {
  readonly at: number;
  /** A lasting id, or else a hash. */
  readonly visitor?: string;
  readonly hash?: string;
  readonly previous?: string;
  readonly user?: string;
  readonly tab?: string;
  readonly view?: string;
  readonly received?: number;
  readonly seq?: number;
}

/** A page view, in a tab of its visitor's own where none is named. */
function seen({ at, visitor, hash, previous, user, received = at + 200, seq = 0, ...rest }: Seen): SealedBatch {
  const { tab = `tab of ${visitor ?? hash}`, view = `view ${at} of ${tab}` } = rest;
  return sealedBatchOf({
    ...{ at, tab, seq, page: pageOf({ id: view }) },
    ...{ events: [{ ...fixtures.page, t: 0 }] },
    ...(visitor !== undefined && { visitor }),
    ...(user !== undefined && { user }),
    edge: edgeOf({ at: received, visitor: hash ?? `hash of ${visitor}`, ...(previous !== undefined && { previous }) }),
  });
}

function sweep({ write }: CoreBench, now: number): void {
  for (let steps = 0; write.sweep(now); steps++) if (steps > 10_000) throw new Error("sweeping never ends");
}

function order({ write }: CoreBench, visitor: string, until: number): void {
  write.erase({ id: `erasure of ${visitor}`, site: "shop", visitor, until });
}

/** Tells that a tab gave up a batch. */
function tell({ write }: CoreBench, gone: Gone, receivedAt: number): void {
  const from = write.cursor("gone");
  const record = encodeGone({ site: "shop", gone: [gone], receivedAt }).data;
  drain(write.project({ journal: "gone", from, to: from + 1 }, bundle([record])));
}

function show({ write }: CoreBench, view: string, ref: string): void {
  const picture = { site: "shop", ref, page: `/${ref}`, bucket: 1280, layout: "l1", at: fixtureTime } as const;
  const size = { origin: "https://shop.example", vw: 1_300, vh: 720, dw: 1_300, dh: 4_200 };
  write.putSnapshot({ ...picture, ...size, view }, { count: 9, bytes: 1e6, since: 0 }, gzipSync('{"type":0}'));
}

const pictures = ({ read }: CoreBench): readonly string[] =>
  read.snapshots({ site: "shop", page: null, bucket: null }).snapshots.map(({ ref }) => ref);

const visitorsOf = ({ read }: CoreBench): readonly string[] =>
  read.sessions({ ...query, limit: 100, cursor: null }).sessions.map(({ visitor }) => visitor);

/** All texts of a column, which are looked for in no answer. */
function kept({ database }: CoreBench, table: string, column: string): readonly string[] {
  const connection = database.connect("read");
  const rows = connection.table<readonly [string]>(`SELECT ${column} FROM ${table} ORDER BY ${column}`);
  connection.close();
  return rows.map(([text]) => text);
}

describe("what comes late of an erased visitor", () => {
  test("is no page snapshot, whether it or the batches of its page view come first", () => {
    using store = bench();
    store.project([seen({ visitor: "ada", at: fixtureTime, view: "view-ada" })]);
    order(store, "ada", fixtureTime + minute);
    sweep(store, fixtureTime + minute);
    show(store, "view-ada", "after");
    show(store, "view-quick", "before");
    show(store, "view-bob", "bobs");
    expect(pictures(store)).toEqual(["bobs", "before"]);
    const quick = seen({ visitor: "ada", at: fixtureTime + 1_000, view: "view-quick" });
    expect(store.project([quick])).toMatchObject({ stored: 0, erased: 1 });
    expect(pictures(store)).toEqual(["bobs"]);
    show(store, "view-quick", "again");
    expect(pictures(store)).toEqual(["bobs"]);
  });

  test("is no report of a tab, until that goes on", () => {
    using store = bench();
    store.project([seen({ visitor: "ada", at: fixtureTime }), seen({ visitor: "bob", at: fixtureTime })]);
    order(store, "ada", fixtureTime + minute);
    sweep(store, fixtureTime + minute);
    // The first tab was stored and is erased, the second was never more than refused.
    store.project([seen({ visitor: "ada", at: fixtureTime + 1_000, tab: "second" })]);
    const gone = { seq: 6, n: 3, reason: "quota" };
    for (const tab of ["tab of ada", "second"]) tell(store, { tab, ...gone }, fixtureTime);
    expect(store.read.delivery(query)).toMatchObject({ tabs: 1, gone: {} });
    store.project([seen({ visitor: "ada", at: fixtureTime + 2 * minute, seq: 5 })]);
    tell(store, { tab: "tab of ada", ...gone }, fixtureTime + 3 * minute);
    // What was erased of it is not missing.
    expect(store.read.delivery(query)).toMatchObject({ tabs: 2, received: 2, pending: 0, lost: 1, gone: { quota: 1 } });
  });

  test("is not missing from a tab that went on as somebody else, before the rows went or after", () => {
    const delivered = (sweptFirst: boolean) => {
      using store = bench();
      const of = (visitor: string, seq: number) => seen({ visitor, tab: "shared", seq, at: fixtureTime + seq * 1_000 });
      store.project([of("bob", 0), of("ada", 1), of("ada", 2), of("bob", 4)]);
      order(store, "ada", fixtureTime + minute);
      if (sweptFirst) sweep(store, fixtureTime + minute);
      expect(store.project([of("ada", 3)])).toMatchObject({ stored: 0, erased: 1 });
      expect(store.project([of("bob", 6), of("ada", 7)])).toMatchObject({ stored: 1, erased: 1 });
      sweep(store, fixtureTime + minute);
      return store.read.delivery(query);
    };
    // Number 5 is Bob's and on its way; of Ada's nothing is counted and nothing missing.
    expect(delivered(true)).toMatchObject({ tabs: 1, received: 3, pending: 1, lost: 0 });
    expect(delivered(false)).toEqual(delivered(true));
  });

  test("is not missing from a tab that others use, whatever came first of what came at once", () => {
    const lost = (...seqs: readonly number[]) => {
      using store = bench();
      const of = (seq: number) =>
        seen({ visitor: seq === 2 ? "ada" : "bob", tab: "shared", seq, at: fixtureTime + seq });
      store.project([seen({ visitor: "ada", at: fixtureTime - minute })]);
      order(store, "ada", fixtureTime + minute);
      expect(store.project(seqs.map(of))).toMatchObject({ stored: 3, erased: 1 });
      const { lost, pending, rate } = store.read.delivery(query);
      return { lost, pending, rate };
    };
    expect(lost(2, 0, 1, 3)).toEqual({ lost: 0, pending: 0, rate: 1 });
    expect(lost(0, 1, 2, 3)).toEqual(lost(2, 0, 1, 3));
  });

  test("leaves no tab whose days are swept, however late they had been heard of", () => {
    using store = bench();
    store.write.putSite(siteOf({ retention: { rawDays: 3, aggregateDays: 0, snapshotDays: 0 } }));
    const at = fixtureTime - 5 * day;
    store.project([seen({ visitor: "ada", at, received: at + 3 * day })]);
    sweep(store, fixtureTime);
    order(store, "ada", fixtureTime);
    sweep(store, fixtureTime);
    expect(kept(store, "deliveries", "tab")).toEqual([]);
  });

  test("is no hash of yesterday, though the visitor goes on after midnight", () => {
    using store = bench();
    store.project([seen({ hash: "friday", at: midnight - 5 * minute })]);
    order(store, "friday", midnight + minute);
    sweep(store, midnight + minute);
    const on = seen({ hash: "saturday", previous: "friday", at: midnight + 2 * minute });
    expect(store.project([on])).toMatchObject({ stored: 1 });
    expect(kept(store, "visitors", "name")).toEqual(["saturday"]);
    expect(kept(store, "links", "previous")).toEqual([]);
  });

  test("leaves no hash of yesterday of who goes on before the rows went", () => {
    using store = bench();
    const saturday = (at: number) => seen({ hash: "saturday", previous: "friday", at: midnight + at });
    store.project([seen({ hash: "friday", at: midnight - 5 * minute }), saturday(minute)]);
    expect(visitorsOf(store)).toEqual(["friday"]);
    order(store, "saturday", midnight + 2 * minute);
    expect(store.project([saturday(3 * minute)])).toMatchObject({ stored: 1 });
    sweep(store, midnight + 4 * minute);
    expect(kept(store, "visitors", "name")).toEqual(["saturday"]);
    expect(kept(store, "links", "previous")).toEqual([]);
    const { sessions } = store.read.sessions({ ...query, limit: 9, cursor: null });
    expect(sessions).toMatchObject([{ visitor: "saturday", pageViews: 1 }]);
  });

  test("goes, where its tab was unknown under another day's hash while its rows went", () => {
    using store = bench();
    const until = fixtureTime + minute;
    const late = (hash: string, tab: string) =>
      seen({ hash, at: fixtureTime + 1_000, received: fixtureTime + 2 * day, tab });
    store.project([seen({ hash: "saturday", at: fixtureTime, tab: "held" })]);
    order(store, "saturday", until);
    expect(store.project([late("monday", "held"), late("another", "another's")])).toMatchObject({ stored: 2 });
    sweep(store, until);
    expect(kept(store, "deliveries", "tab")).toEqual(["another's"]);
    expect(visitorsOf(store)).toEqual(["another"]);
    expect(store.project([late("monday", "held")])).toMatchObject({ stored: 0, erased: 1 });
  });

  test("tells who else the visitor was, as it would have before", () => {
    using store = bench();
    const at = fixtureTime;
    store.project([seen({ visitor: "ada's id", at }), seen({ visitor: "bob's id", user: "bob", at: at - minute })]);
    order(store, "ada@shop", at + minute);
    expect(store.project([seen({ visitor: "ada's id", user: "ada@shop", at: at + 1_000 })])).toMatchObject({
      erased: 1,
    });
    // She borrows a browser that is known as another's.
    expect(store.project([seen({ visitor: "bob's id", user: "ada@shop", at: at + 1_000 })])).toMatchObject({
      erased: 1,
    });
    sweep(store, at + minute);
    expect(visitorsOf(store)).toEqual(["bob's id"]);
    expect(store.project([seen({ visitor: "ada's id", at: at + 2_000 })])).toMatchObject({ stored: 0, erased: 1 });
    expect(store.project([seen({ visitor: "ada's id", at: at + 2 * minute })])).toMatchObject({ stored: 1 });
    expect(store.project([seen({ visitor: "bob's id", at: at + 2_000 })])).toMatchObject({ stored: 1 });
  });

  test("tells so of what came just before it, too", () => {
    using store = bench();
    order(store, "ada@shop", fixtureTime + minute);
    const [anonymous, named] = [0, 1_000].map((after) => ({ visitor: "ada's id", at: fixtureTime + after }));
    const report = store.project([seen(anonymous as Seen), seen({ ...(named as Seen), user: "ada@shop" })]);
    expect(report).toMatchObject({ stored: 1, erased: 1 });
    sweep(store, fixtureTime + minute);
    expect(visitorsOf(store)).toEqual([]);
    expect(kept(store, "visitors", "name")).toEqual([]);
  });

  test("tells which hashes a night joined", () => {
    using store = bench();
    const until = midnight + 20 * minute;
    store.project([seen({ hash: "friday", at: midnight - 10 * minute })]);
    order(store, "saturday", until);
    const joined = seen({ hash: "saturday", previous: "friday", at: midnight + minute });
    expect(store.project([joined])).toMatchObject({ stored: 0, erased: 1 });
    sweep(store, until);
    expect(visitorsOf(store)).toEqual([]);
    expect(store.project([seen({ hash: "friday", at: midnight - 9 * minute })])).toMatchObject({
      stored: 0,
      erased: 1,
    });
  });

  test("tells nothing of a user, whatever browsers call themselves and their tabs", () => {
    using store = bench();
    const at = fixtureTime;
    const chief = (visitor: string, after: number): SealedBatch =>
      seen({ visitor, user: "ceo@shop", at: at + after, tab: `${visitor} ${after}` });
    store.project([chief("v1", 0), chief("v2", 1_000), seen({ visitor: "evil", user: "mallory", at })]);
    order(store, "mallory", at + minute);
    sweep(store, at + minute);
    const late = [
      seen({ visitor: "ceo@shop", user: "mallory", at: at + 2_000 }),
      seen({ hash: "hash of mallory", user: "mallory", at: at + 3_000, tab: "ceo@shop" }),
      seen({ visitor: "other", user: "mallory", at: at + 4_000, tab: "v1" }),
    ];
    expect(store.project(late)).toMatchObject({ stored: 0, erased: 3 });
    sweep(store, at + minute);
    expect(visitorsOf(store)).toEqual(["v2", "v1"]);
    // Nor are they refused from then on.
    expect(store.project([chief("v1", 5_000), chief("v2", 6_000)])).toMatchObject({ stored: 2 });
  });

  test("keeps who bears the name of an erased visitor's tab", () => {
    using store = bench();
    const at = fixtureTime;
    store.project([seen({ hash: "mallory", at, tab: "ceo@shop" })]);
    order(store, "mallory", at + minute);
    sweep(store, at + minute);
    const chief = seen({ visitor: "v1", user: "ceo@shop", at: at + 1_000 });
    expect(store.project([chief])).toMatchObject({ stored: 1 });
    expect(store.project([seen({ hash: "mallory", at: at + 2_000, tab: "ceo@shop" })])).toMatchObject({ erased: 1 });
  });
});
