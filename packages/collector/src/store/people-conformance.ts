import { gzipSync } from "node:zlib";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import { encodeArrival, encodeGone } from "../project/record.js";
import type { AuditEntry, Member } from "./people.js";
import type { Site, StoredKey } from "./sites.js";
import type { Store } from "./store.js";

const day = 86_400_000;
const query = { site: "shop", range: { from: "2026-11-01", to: "2026-12-31" }, filters: [], now: fixtureTime };

/** Tests what a store promises of visitors' rights, and of whom sites belong to; `start` gives an empty one with this site. */
export function peopleConformance(
  start: () => Promise<{ readonly store: Store; readonly reopen: () => Promise<Store> }>,
  site: Site,
): void {
  const batchOf = (visitor: string, n: number, at = fixtureTime): Uint8Array => {
    const edge = edgeOf({ at: at + n * 1_000 + 500 });
    const page = pageOf({ id: `view of ${visitor}` });
    const batch = {
      visitor,
      tab: `tab of ${visitor}`,
      seq: n,
      at: at + n * 1_000,
      page,
      events: [fixtures.page],
      edge,
    };
    return encodeArrival({ site: site.id, batch: sealedBatchOf(batch), receivedAt: edge.at }).data;
  };
  const project = async (store: Store, records: readonly Uint8Array[]) => {
    const from = await store.cursor("people");
    return store.project({ journal: "people", from, to: from + records.length, records });
  };
  const swept = async (store: Store, now: number): Promise<void> => {
    for (let steps = 0; await store.sweep(now); steps++) expect(steps).toBeLessThan(10_000);
  };
  const visitorsOf = async (store: Store): Promise<readonly string[]> => {
    const { sessions } = await store.queries.sessions({ ...query, limit: 100, cursor: null });
    return sessions.map(({ visitor }) => visitor);
  };

  test("erases a visitor, and takes nothing of them that happened before, even after it was opened again", async () => {
    const { store, reopen } = await start();
    await project(store, [batchOf("ada", 0), batchOf("bob", 0)]);
    const until = fixtureTime + 60_000;
    const erasure = await store.erase({ id: "one", site: site.id, visitor: "ada", until });
    expect(erasure).toMatchObject({ id: "one", until });
    expect(erasure.completeBy - until).toBeLessThanOrEqual(day);
    expect(await project(store, [batchOf("ada", 1)])).toMatchObject({ stored: 0, erased: 1 });
    await swept(store, until);
    expect(await visitorsOf(store)).toEqual(["bob"]);
    expect((await store.queries.visitor({ site: site.id, visitor: "ada", after: 0 })).batches).toEqual([]);
    const again = await reopen();
    expect(await project(again, [batchOf("ada", 0), batchOf("ada", 90)])).toMatchObject({ stored: 1, erased: 1 });
    expect(await visitorsOf(again)).toEqual(["ada", "bob"]);
  });

  test("keeps no page snapshot of an erased page view and no report of an erased tab that come late", async () => {
    const { store } = await start();
    await project(store, [batchOf("ada", 0), batchOf("bob", 0)]);
    const until = fixtureTime + 60_000;
    await store.erase({ id: "one", site: site.id, visitor: "ada", until });
    await swept(store, until);
    const gone = ["ada", "bob"].map((visitor) => ({ tab: `tab of ${visitor}`, seq: 1, n: 1, reason: "quota" }));
    await project(store, [encodeGone({ site: site.id, gone, receivedAt: until }).data]);
    expect(await store.queries.delivery(query)).toMatchObject({ tabs: 1, gone: { quota: 1 } });
    for (const visitor of ["ada", "bob"]) {
      const place = {
        site: site.id,
        ref: visitor,
        page: `/${visitor}`,
        bucket: 1280,
        layout: "l1",
        at: until,
      } as const;
      const size = { origin: "https://shop.example", vw: 1_300, vh: 720, dw: 1_300, dh: 4_200 };
      const bounds = { count: 9, bytes: 1e6, since: 0 };
      await store.putSnapshot({ ...place, ...size, view: `view of ${visitor}` }, bounds, gzipSync('{"type":0}'));
    }
    const { snapshots } = await store.queries.snapshots({ site: site.id, page: null, bucket: null });
    expect(snapshots.map(({ ref }) => ref)).toEqual(["bob"]);
  });

  test("refuses to erase a visitor of a site that is not there", async () => {
    const { store } = await start();
    const order = { id: "one", site: "nowhere", visitor: "ada", until: fixtureTime };
    await expect(store.erase(order)).rejects.toMatchObject({ code: "site_unknown" });
  });

  test("hands out a visitor part by part", async () => {
    const { store } = await start();
    await project(
      store,
      Array.from({ length: 250 }, (_, n) => batchOf(n % 2 === 0 ? "ada" : "bob", n)),
    );
    const seen: string[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const part = await store.queries.visitor({ site: site.id, visitor: "ada", after });
      seen.push(...part.batches.map(({ batch }) => batch.visitor ?? ""));
      if (after === 0) expect(part.people).toEqual([{ kind: "stored", name: "ada" }]);
      after = part.next;
    }
    expect(seen).toEqual(Array.from({ length: 125 }, () => "ada"));
  });

  test("lets batches and visits go after their days, and keeps the numbers", async () => {
    const { store } = await start();
    await project(store, [batchOf("ada", 0, fixtureTime - 9 * day), batchOf("bob", 0)]);
    await store.putSite({ ...site, retention: { rawDays: 5, aggregateDays: 0, snapshotDays: 0 } });
    await swept(store, fixtureTime);
    expect(await visitorsOf(store)).toEqual(["bob"]);
    expect((await store.queries.summary(query)).numbers).toMatchObject({ visits: 2, visitors: 2 });
    const late = await project(store, [batchOf("eve", 0, fixtureTime - 8 * day)]);
    expect(late).toMatchObject({ stored: 0, expired: 1 });
  });

  test("keeps who did what, and every change of a key, newest first", async () => {
    const { store, reopen } = await start();
    const entry: AuditEntry = {
      ...{ at: fixtureTime, actor: "read-1", action: "visit_read", site: site.id, subject: "digest", detail: null },
    };
    const key: StoredKey = {
      ...{ id: "read-1", kind: "read", site: site.id, label: "", secret: "hash", createdAt: fixtureTime },
      ...{ revokedAt: null, scopes: ["stats", "export"], eventsPerMinute: 7, origins: ["https://shop.example"] },
    };
    await store.putKey(key, "admin");
    await store.note(entry);
    await store.putKey({ ...key, revokedAt: fixtureTime }, "admin");
    const again = await reopen();
    const first = await again.queries.audit({ limit: 2, after: null });
    expect(first.entries).toMatchObject([{ actor: "admin", action: "key_revoked", subject: "read-1" }, entry]);
    const rest = await again.queries.audit({ limit: 2, after: Number(first.next) });
    expect(rest).toMatchObject({ entries: [{ actor: "admin", action: "key_created" }], next: null });
    expect((await again.registry()).keys).toEqual([{ ...key, revokedAt: fixtureTime }]);
  });

  test("believes no key again that was revoked, and puts none in its place", async () => {
    const { store, reopen } = await start();
    const keyOf = (id: string): StoredKey => ({
      ...{ id, kind: "public", site: site.id, label: "", secret: null, createdAt: fixtureTime, revokedAt: null },
    });
    const [at, hour] = [fixtureTime + 1_000, 3_600_000];
    const next = (id: string) => ({ ...keyOf(id), createdAt: at });
    await store.putKey(keyOf("old"));
    expect(await store.rotateKey({ id: "old", next: next("new"), until: at + hour }, "admin")).toBe(true);
    // A rotated key may be rotated once more, but gains no time by that; nor by whoever read it before it was revoked.
    expect(await store.rotateKey({ id: "old", next: next("newer"), until: at + 9 * hour })).toBe(true);
    await store.putKey({ ...keyOf("new"), revokedAt: at });
    await store.putKey({ ...keyOf("new"), label: "renamed" });
    await store.putKey({ ...keyOf("new"), revokedAt: at + hour });
    expect(await store.rotateKey({ id: "new", next: next("late"), until: at + hour })).toBe(false);
    expect(await store.rotateKey({ id: "unknown", next: next("late"), until: at + hour })).toBe(false);
    const again = await reopen();
    const { keys } = await again.registry();
    expect(keys.map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
      ["new", at],
      ["newer", null],
      ["old", at + hour],
    ]);
    const { entries } = await again.queries.audit({ limit: 100, after: null });
    const first = entries.toReversed().map(({ actor, action, subject }) => [actor, action, subject]);
    expect(first.slice(1, 3)).toEqual([
      ["admin", "key_created", "new"],
      ["admin", "key_revoked", "old"],
    ]);
  });

  test("lets one of two rotations and a revocation at once have the last word: the revocation", async () => {
    const { store } = await start();
    const key: StoredKey = {
      ...{ id: "old", kind: "public", site: site.id, label: "", secret: null, createdAt: fixtureTime, revokedAt: null },
    };
    await store.putKey(key);
    const at = fixtureTime + 1_000;
    const rotate = (id: string) =>
      store.rotateKey({ id: "old", next: { ...key, id, createdAt: at }, until: at + 3_600_000 });
    await Promise.all([rotate("a"), store.putKey({ ...key, revokedAt: at }), rotate("b")]);
    const { keys } = await store.registry();
    expect(keys.find(({ id }) => id === "old")?.revokedAt).toBe(at);
  });

  test("makes one of two sites and organisations of one id, and leaves what is there", async () => {
    const { store } = await start();
    const both = <T>(make: (name: string) => Promise<T>) => Promise.all(["one", "two"].map(make));
    const made = await both((name) => store.addSite({ ...site, id: "new", name }, name));
    const organisations = await both((name) => store.addOrganisation({ id: "acme", name, createdAt: 1 }, name));
    for (const results of [made, organisations]) expect(results.toSorted()).toEqual([false, true]);
    expect(await store.addSite({ ...site, name: "another" })).toBe(false);
    expect(await store.addOrganisation({ id: "default", name: "another", createdAt: 1 })).toBe(false);
    const winners = [organisations, made].map((results) => (results[0] ? "one" : "two"));
    const registry = await store.registry();
    expect(registry.sites.map(({ id, name }) => [id, name])).toEqual([
      ["new", winners[1]],
      [site.id, site.name],
    ]);
    expect(registry.organisations?.map(({ id, name }) => [id, name])).toEqual([
      ["acme", winners[0]],
      ["default", "Default"],
    ]);
    const { entries } = await store.queries.audit({ limit: 100, after: null });
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ["organisation_created", winners[0]],
      ["site_created", winners[1]],
    ]);
  });

  test("keeps organisations, their members and their sites; what said nothing belongs to the first", async () => {
    const { store, reopen } = await start();
    const organisation = { id: "acme", name: "Acme", createdAt: fixtureTime };
    const member: Member = {
      ...{ id: "m-1", organisation: "acme", name: "Ada", role: "viewer", createdAt: fixtureTime, removedAt: null },
    };
    await store.addOrganisation(organisation);
    await store.putMember(member);
    await store.putMember({ ...member, role: "owner" });
    await store.putSite({ ...site, id: "blog", organisation: "acme" });
    const registry = await (await reopen()).registry();
    expect(registry.organisations).toEqual([organisation, { id: "default", name: "Default", createdAt: 0 }]);
    expect(registry.members).toEqual([{ ...member, role: "owner" }]);
    expect(registry.sites).toMatchObject([{ id: "blog", organisation: "acme" }, { id: "shop" }]);
    expect(registry.sites[1]).not.toHaveProperty("organisation");
  });
}
