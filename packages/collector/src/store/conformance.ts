import type { Salt, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import { encodeArrival, encodeGone } from "../project/record.js";
import { behaviourConformance } from "./behaviour-conformance.js";
import { exportConformance } from "./export-conformance.js";
import { peopleConformance } from "./people-conformance.js";
import type { Site, StoredKey } from "./sites.js";
import { snapshotConformance } from "./snapshot-conformance.js";
import type { ArrivedGone, Chunk, Store } from "./store.js";

/** A place where a driver keeps one store, empty at first. */
export interface StoreBench {
  /** Opens the store there; what an earlier one of this place was told is still known. */
  open(): Promise<Store>;
  /** Removes the place. */
  dispose(): Promise<void>;
}

const site: Site = {
  id: "shop",
  name: "Shop",
  group: "shop",
  timeZone: "Europe/Paris",
  origins: ["https://shop.example"],
  privacy: { gpc: "strip", dnt: "ignore" },
  demo: false,
  createdAt: fixtureTime,
};
const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime + 60_000 };
const day = 86_400_000;
const saltOf = (overrides: Partial<Salt> = {}): Salt => ({
  group: "shop",
  day: "2026-11-21",
  from: Date.UTC(2026, 10, 20, 23),
  until: Date.UTC(2026, 10, 21, 23),
  secret: "Zmlyc3Q=",
  ...overrides,
});

/** Batches of one tab, a click each, a second apart. */
const clicks = (count: number, overrides: Partial<SealedBatch> = {}): readonly SealedBatch[] =>
  Array.from({ length: count }, (_, n) =>
    sealedBatchOf({
      seq: n,
      at: fixtureTime + n * 1_000,
      events: n === 0 ? [fixtures.page, { ...fixtures.click, n: 0 }] : [{ ...fixtures.click, n }],
      edge: edgeOf({ at: fixtureTime + n * 1_000 + 500 }),
      ...overrides,
    }),
  );

const arrived = (batch: SealedBatch, of = "shop"): Uint8Array =>
  encodeArrival({ site: of, batch, receivedAt: batch.edge.at + 10 }).data;
const discarded = (gone: ArrivedGone["gone"]): Uint8Array =>
  encodeGone({ site: "shop", gone, receivedAt: fixtureTime }).data;
const chunkOf = (batches: readonly SealedBatch[], overrides: Partial<Chunk> = {}): Chunk => ({
  journal: "one",
  from: 0,
  to: batches.length,
  records: batches.map((batch) => arrived(batch)),
  ...overrides,
});

/** Tests the promises of `Store` on a driver. */
export function storeConformance(name: string, place: () => StoreBench): void {
  const start = async (): Promise<{ store: Store; reopen: () => Promise<Store> }> => {
    const bench = place();
    let store = await bench.open();
    onTestFinished(async () => {
      await store.close();
      await bench.dispose();
    });
    await store.migrate();
    await store.putSite(site);
    const reopen = async (): Promise<Store> => {
      await store.close();
      store = await bench.open();
      await store.migrate();
      return store;
    };
    return { store, reopen };
  };

  describe(`${name} keeps the promises of a store`, () => {
    test("migrates what is migrated already without harm", async () => {
      const { store } = await start();
      await store.migrate();
      await store.ping();
      expect((await store.registry()).sites).toEqual([site]);
    });

    test("keeps sites and keys, and replaces those of the same id", async () => {
      const { store, reopen } = await start();
      const key: StoredKey = {
        ...{ id: "rk_0123456789ab", kind: "relay", site: null, label: "edge", secret: "whsec_c2VjcmV0" },
        ...{ createdAt: fixtureTime, revokedAt: null },
      };
      await store.putKey(key);
      await store.putKey({ ...key, revokedAt: fixtureTime + 1 });
      const others = (["public", "read", "write"] as const).map((kind): StoredKey => ({ ...key, id: kind, kind }));
      for (const other of others) await store.putKey(other);
      await store.putSite({ ...site, name: "Renamed", demo: true });
      const again = await reopen();
      expect(await again.registry()).toEqual({
        sites: [{ ...site, name: "Renamed", demo: true }],
        keys: [...others, { ...key, revokedAt: fixtureTime + 1 }].sort((a, b) => (a.id < b.id ? -1 : 1)),
        organisations: [{ id: "default", name: "Default", createdAt: 0 }],
        members: [],
      });
    });

    test("gives callers at the same time the same salt", async () => {
      const { store } = await start();
      const asked = await Promise.all(
        ["Zmlyc3Q=", "c2Vjb25k"].map((secret) => store.salts([saltOf({ secret })], fixtureTime)),
      );
      expect(asked[0]).toEqual(asked[1]);
      expect(asked[0]).toHaveLength(1);
    });

    test("deletes salts 48 hours after their day began, and makes none that is older", async () => {
      const { store } = await start();
      const salt = saltOf();
      expect(await store.salts([salt], salt.from + 2 * day - 1)).toEqual([salt]);
      expect(await store.salts([], salt.from + 2 * day)).toEqual([]);
      expect(await store.salts([salt], salt.from + 2 * day)).toEqual([]);
      // Nor does it come back with an earlier clock.
      expect(await store.salts([], salt.from)).toEqual([]);
    });

    test("stands at 0 in a journal that it never saw, and moves with each chunk", async () => {
      const { store, reopen } = await start();
      expect(await store.cursor("one")).toBe(0);
      await store.project(chunkOf(clicks(3)));
      expect(await store.cursor("one")).toBe(3);
      expect(await store.cursor("two")).toBe(0);
      const again = await reopen();
      expect(await again.cursor("one")).toBe(3);
    });

    test("rejects a chunk that does not begin at the cursor, and stores nothing of it", async () => {
      const { store } = await start();
      await store.project(chunkOf(clicks(2)));
      const late = chunkOf(clicks(2, { tab: "tab-2" }), { from: 1, to: 3 });
      await expect(store.project(late)).rejects.toMatchObject({ code: "cursor_moved" });
      expect(await store.cursor("one")).toBe(2);
      expect((await store.queries.delivery(today)).tabs).toBe(1);
    });

    test("stores a batch once, whichever journal brings it and however often", async () => {
      const { store } = await start();
      const batches = clicks(4);
      expect(await store.project(chunkOf(batches))).toMatchObject({ stored: 4, duplicates: 0 });
      const before = await store.queries.summary(today);
      const [others] = await Promise.all([
        store.project(chunkOf(batches, { journal: "two" })),
        store.project(chunkOf([...batches, ...batches], { journal: "three" })),
      ]);
      expect(others).toMatchObject({ stored: 0, duplicates: 4 });
      expect(await store.queries.summary(today)).toEqual(before);
      const heat = await store.queries.heatmap({ ...today, page: "/pricing", kind: "click", bucket: null });
      expect(heat.count).toBe(4);
      expect(await store.queries.delivery(today)).toMatchObject({ received: 4, duplicates: 12, pending: 0, rate: 1 });
    });

    test("lets only one of two that start from the same place move the cursor", async () => {
      const { store } = await start();
      const tries = await Promise.allSettled([
        store.project(chunkOf(clicks(3))),
        store.project(chunkOf(clicks(3, { tab: "tab-2" }))),
      ]);
      const failed = tries.filter((result) => result.status === "rejected");
      expect(failed).toMatchObject([{ reason: { code: "cursor_moved" } }]);
    });

    test("takes ids that are no UUIDs, each once per site", async () => {
      const { store } = await start();
      await store.putSite({ ...site, id: "blog", name: "Blog" });
      const [batch] = clicks(1, { id: "order-1" });
      if (!batch) throw new Error("no batch");
      const records = ["shop", "blog", "shop"].map((of) => arrived(batch, of));
      const report = await store.project({ ...chunkOf([]), to: 3, records });
      expect(report).toMatchObject({ stored: 2, duplicates: 1 });
    });

    test("skips a record that no one can read, says so, and leaves the chunk as it was given", async () => {
      const { store } = await start();
      const chunk = chunkOf(clicks(2));
      const records = [...chunk.records, Uint8Array.of(9, 9, 9)];
      const before = records.map((record) => [...record]);
      expect(await store.project({ ...chunk, to: 3, records })).toMatchObject({ stored: 2, unreadable: 1 });
      expect(records.map((record) => [...record])).toEqual(before);
      expect(await store.cursor("one")).toBe(3);
    });

    test("counts discards that a client reports twice once, and those that did arrive not at all", async () => {
      const { store } = await start();
      const gone = [
        { tab: "tab-1", seq: 1, n: 9, reason: "quota" as const },
        { tab: "tab-1", seq: 3, n: 2, reason: "age" as const },
      ];
      const { records } = chunkOf(clicks(2));
      await store.project({ ...chunkOf([]), to: 3, records: [...records, discarded(gone), discarded(gone.slice(1))] });
      await store.project({ ...chunkOf([]), from: 3, to: 4, records: [discarded(gone)] });
      const delivery = await store.queries.delivery(today);
      expect(delivery).toMatchObject({ received: 2, pending: 1, lost: 1, gone: { age: 1 }, open: 1 });
      expect(delivery.rate).toBe(0.5);
    });

    test("says when the newest batch that it knows was received", async () => {
      const { store } = await start();
      expect((await store.queries.summary(today)).asOf).toBe(0);
      const batches = clicks(2);
      await store.project(chunkOf(batches));
      expect((await store.queries.summary(today)).asOf).toBe((batches[1]?.edge.at ?? 0) + 10);
    });

    test("keeps machines out of every number", async () => {
      const { store } = await start();
      await store.project(chunkOf(clicks(3, { page: pageOf({ webdriver: true }) })));
      expect((await store.queries.summary(today)).numbers.visits).toBe(0);
      expect((await store.queries.sessions({ ...today, limit: 10, cursor: null })).sessions).toEqual([]);
      expect((await store.queries.pages({ ...today, limit: 10 })).pages).toEqual([]);
      const heat = await store.queries.heatmap({ ...today, page: "/pricing", kind: "click", bucket: null });
      expect(heat).toMatchObject({ count: 0, views: 0 });
      expect(await store.queries.delivery(today)).toMatchObject({ received: 3 });
    });

    behaviourConformance(start);

    test("rejects what asks for a site or a visit that is not there", async () => {
      const { store } = await start();
      await expect(store.queries.summary({ ...today, site: "none" })).rejects.toMatchObject({ code: "site_unknown" });
      await expect(store.queries.session({ id: "none" })).rejects.toMatchObject({ code: "session_unknown" });
      await expect(store.queries.session({ id: "0".repeat(32) })).rejects.toMatchObject({ code: "session_unknown" });
      await expect(store.queries.sessions({ ...today, limit: 1, cursor: "none" })).rejects.toMatchObject({
        code: "cursor_invalid",
      });
      const stranger = chunkOf(clicks(1), { records: [arrived(sealedBatchOf(), "none")] });
      await expect(store.project(stranger)).rejects.toMatchObject({ code: "site_unknown" });
      expect(await store.cursor("one")).toBe(0);
    });

    snapshotConformance(start, site);
    exportConformance(start);
    peopleConformance(start, site);

    test("rejects everything once it is closed, and closes twice without harm", async () => {
      const { store } = await start();
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toMatchObject({ code: "store_unavailable" });
      await expect(store.queries.summary(today)).rejects.toMatchObject({ code: "store_unavailable" });
      await expect(store.project(chunkOf(clicks(1)))).rejects.toMatchObject({ code: "store_unavailable" });
    });
  });
}
