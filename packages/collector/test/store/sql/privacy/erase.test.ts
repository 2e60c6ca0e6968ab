import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeCore } from "../../../../src/store/sql/core.js";
import { dump } from "../../dump.js";
import { histories, historyStart } from "../../history.js";
import { settle } from "../../settle.js";
import { type Bench, bench } from "../../sqlite/bench.js";

const day = 86_400_000;

/** Erases whom a name means, and sweeps until nothing is left to do. */
function erase({ write }: Bench, visitor: string, until: number): void {
  write.erase({ id: "order-1", site: "shop", visitor, until });
  for (let steps = 0; write.sweep(until); steps++) if (steps > 10_000) throw new Error("sweeping never ends");
}

/** What can be asked, but for when something was heard last, and the delivery of tabs, which may be of several visitors. */
const askable = ({ read }: Bench): object =>
  JSON.parse(JSON.stringify(dump(read), (key, value) => (["asOf", "delivery"].includes(key) ? undefined : value)));

/** Those that are a visitor's of this name, or of this user and of whoever was that user. */
function theirs(batches: readonly SealedBatch[], name: string): ReadonlySet<SealedBatch> {
  const nameOf = ({ visitor, edge }: SealedBatch): string => visitor ?? edge.visitor ?? "";
  const names = new Set([name, ...batches.filter(({ user }) => user === name).map(nameOf)]);
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const batch of batches) {
      const { previous } = batch.edge;
      if (batch.visitor !== undefined || batch.page.webdriver || previous === undefined) continue;
      const both = [nameOf(batch), previous];
      if (both.some((one) => names.has(one))) for (const one of both) names.add(one);
    }
  }
  return new Set(batches.filter((batch) => names.has(nameOf(batch)) || batch.user === name));
}

describe("an erasure", () => {
  test("leaves what would be there had the visitor never come, also when everything arrives once more", () => {
    fc.assert(
      fc.property(histories, fc.constantFrom("stored-0", "stored-1", "user-0", "user-1"), (batches, name) => {
        using erased = bench();
        using never = bench();
        const gone = theirs(batches, name);
        erased.project(batches);
        erase(erased, name, historyStart + 30 * day);
        never.project(batches.filter((batch) => !gone.has(batch)));
        settle(never.write);
        settle(erased.write);
        expect(askable(erased)).toEqual(askable(never));
        const again = erased.project(batches);
        expect(again).toMatchObject({ stored: 0, duplicates: batches.length - gone.size });
        expect(again.erased ?? 0).toBe(gone.size);
        expect(askable(erased)).toEqual(askable(never));
      }),
      { numRuns: 8 },
    );
  });

  test("leaves no trace in any file, not even in texts that nobody else used", () => {
    using store = bench();
    const { write, file } = store;
    const picture = { site: "shop", ref: "ref-ada", page: "/", bucket: 1280, layout: "l1", at: fixtureTime } as const;
    const seen = { origin: "https://shop.example", vw: 1_300, vh: 720, dw: 1_300, dh: 4_200 };
    const room = { count: 9, bytes: 1_000_000, since: 0 };
    write.putSnapshot({ ...picture, ...seen, view: "view-ada" }, room, gzipSync('{"type":0}'));
    store.project([ada(0), bob(0), ada(1), bob(1)]);
    expect(traces.filter((trace) => onDisk(file).includes(trace))).toEqual(traces);
    erase(store, "ada-stored-id", fixtureTime + day);
    expect(traces.filter((trace) => onDisk(file).includes(trace))).toEqual([]);
    expect(onDisk(file)).toContain("bob-stored-id");
    // What both had is still bob's.
    const [visit] = store.read.sessions({ ...query, limit: 9, cursor: null }).sessions;
    expect(visit).toMatchObject({ visitor: "bob-stored-id", entry: "/shared" });
    expect(store.read.session({ id: visit?.id ?? "" }).timeline).toHaveLength(4);
    expect(store.read.snapshots({ site: "shop", page: null, bucket: null }).snapshots).toEqual([]);
    expect(store.read.delivery(query)).toMatchObject({ tabs: 1, received: 2 });
  });

  test("leaves no text in the numbers of days that were derived before it", () => {
    using store = bench();
    store.project([ada(0), bob(0)]);
    settle(store.write);
    erase(store, "ada-stored-id", fixtureTime + day);
    expect(traces.filter((trace) => onDisk(store.file).includes(trace))).toEqual([]);
  });

  test("refuses what a tab held back, under the hash of another day as well", () => {
    using store = bench();
    const until = fixtureTime + 60_000;
    store.project([carol(0, "carol-monday")]);
    store.write.erase({ id: "order-1", site: "shop", visitor: "carol-monday", until });
    // Soon after midnight the new hash comes with the one before, also before any row went.
    const soon = carol(1, "carol-tuesday", { at: fixtureTime + 6_000_000, previous: "carol-monday" });
    expect(store.project([soon])).toMatchObject({ stored: 0, erased: 1 });
    while (store.write.sweep(until));
    const late = (at: number, seq: number): SealedBatch =>
      carol(seq, "carol-wednesday", { at: fixtureTime + 2 * day + at });
    expect(store.project([late(0, 2)])).toMatchObject({ stored: 0, erased: 1 });
    // What she does from then on is new.
    const anew = { ...late(0, 3), at: fixtureTime + 2 * day - 1_000 };
    expect(store.project([anew])).toMatchObject({ stored: 1 });
  });

  test("ends however fast batches come meanwhile", () => {
    using store = bench();
    store.project([ada(0), bob(0)]);
    const until = fixtureTime + 60_000;
    store.write.erase({ id: "one", site: "shop", visitor: "ada-stored-id", until });
    const connection = store.database.connect("read");
    const stage = () => connection.get<{ stage: string }>("SELECT stage FROM erasures")?.stage;
    for (let step = 0; stage() === "rows" || stage() === "late"; step++) {
      expect(step).toBeLessThan(10);
      store.write.sweep(until);
      // More than a step reads.
      store.project(Array.from({ length: 301 }, (_, n) => bob(1_000 * (step + 1) + n)));
    }
    connection.close();
  });

  test("is done only when its texts are gone, also where others delete rows meanwhile", () => {
    using store = bench();
    store.project([ada(0), bob(0), ada(1), bob(1)]);
    const until = fixtureTime + day;
    store.write.erase({ id: "one", site: "shop", visitor: "ada-stored-id", until });
    const connection = store.database.connect("write");
    const stage = () => connection.get<{ stage: string }>("SELECT stage FROM erasures")?.stage;
    while (stage() !== "texts") store.write.sweep(until);
    // It has begun to look for what is in use.
    for (let steps = 0; steps < 3; steps++) expect(store.write.sweep(until)).toBe(true);
    connection.run("UPDATE text_state SET stale = stale + 1");
    while (store.write.sweep(until));
    expect(stage()).toBe("done");
    expect(connection.all("SELECT n FROM visitors WHERE name LIKE 'ada%'")).toEqual([]);
    connection.close();
  });

  test("lets the visitor come back as somebody new", () => {
    using store = bench();
    store.project([ada(0)]);
    erase(store, "ada-stored-id", fixtureTime + 10_000);
    expect(store.project([ada(1)])).toMatchObject({ stored: 0, erased: 1 });
    expect(store.project([ada(9)])).toMatchObject({ stored: 1 });
    const { sessions } = store.read.sessions({ ...query, limit: 9, cursor: null });
    expect(sessions).toMatchObject([{ visitor: "ada-stored-id", pageViews: 1 }]);
  });

  test("goes on where a crash stopped it", () => {
    using store = bench();
    store.project(Array.from({ length: 90 }, (_, n) => ada(n)));
    store.write.erase({ id: "one", site: "shop", visitor: "ada-stored-id", until: fixtureTime + day });
    expect(store.write.sweep(fixtureTime)).toBe(true);
    using again = reopened(store);
    for (let steps = 0; again.write.sweep(fixtureTime); steps++) expect(steps).toBeLessThan(1_000);
    expect(traces.filter((trace) => onDisk(store.file).includes(trace))).toEqual([]);
  });
});

const query = {
  ...{ site: "shop", range: { from: "2026-11-20", to: "2026-11-23" }, filters: [], now: fixtureTime + 60_000 },
};

/** A batch a second, of a page of its own, with texts that are nobody else's. */
const ada = (n: number): SealedBatch =>
  sealedBatchOf({
    ...{ tab: "tab-ada", seq: n, at: fixtureTime + n * 1_500, visitor: "ada-stored-id", user: "ada@example.com" },
    page: pageOf({ id: "view-ada", url: "https://shop.example/people/ada-lovelace", title: "Ada's own page" }),
    events: [
      { ...fixtures.page, t: 0 },
      { ...fixtures.click, n, el: "#ada-button a|ada" },
      { type: "custom", t: 1, name: "ada-event", props: { secret: "ada-property" } },
      { type: "dead", t: 2, of: n },
    ],
    edge: edgeOf({ at: fixtureTime + n * 1_500 + 200, visitor: "ada-daily-hash" }),
  });

const bob = (n: number): SealedBatch =>
  sealedBatchOf({
    ...{ tab: "tab-bob", seq: n, at: fixtureTime + n * 1_500, visitor: "bob-stored-id" },
    page: pageOf({ id: "view-bob", url: "https://shop.example/shared", title: "Shared" }),
    events: [
      { ...fixtures.page, t: 0 },
      { ...fixtures.click, n, el: "#shared a|shared" },
    ],
    edge: edgeOf({ at: fixtureTime + n * 1_500 + 200, visitor: "bob-daily-hash" }),
  });

/** A batch without a lasting id, that happened at first and was received when its edge says. */
const carol = (n: number, hash: string, edge: Parameters<typeof edgeOf>[0] = {}): SealedBatch =>
  sealedBatchOf({
    ...{ tab: "tab-carol", seq: n, at: fixtureTime + n * 1_500 },
    events: [{ ...fixtures.page, t: 0 }],
    edge: edgeOf({ at: fixtureTime + n * 1_500 + 200, ...edge, visitor: hash }),
  });

const traces: readonly string[] = [
  ...["ada-stored-id", "ada@example.com", "tab-ada", "view-ada", "/people/ada-lovelace", "Ada's own page"],
  ...["#ada-button a|ada", "ada-event", "ada-property"],
];

/** Everything that lies on the disk. */
const onDisk = (file: string): string =>
  readdirSync(dirname(file))
    .map((name) => readFileSync(join(dirname(file), name), "latin1"))
    .join("");

/** The same file in another writer, as after a crash. */
function reopened({ database }: Bench): { readonly write: Bench["write"]; [Symbol.dispose](): void } {
  const write = writeCore(database);
  return { write, [Symbol.dispose]: () => write.close() };
}
