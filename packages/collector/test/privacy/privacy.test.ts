import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BatchJournal } from "@isotherm/journal";
import { fileJournal } from "@isotherm/journal/file";
import { type Batch, jsonLine } from "@isotherm/protocol";
import { batchOf, envelopeOf, fixtures, fixtureTime, pageOf } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Store } from "../../src/index.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import { hashOf, keyOf, type Running, readKey, running, temporaryFolder } from "../running.js";

const hour = 3_600_000;
const adminKey = "admin-key-of-the-operator-0123";
const fullKey = `rd_${"e".repeat(32)}`;
const address = "198.51.100.213";

interface Disk extends Running<Store> {
  readonly folder: string;
  readonly journal: BatchJournal;
  readonly time: { now: number };
  ask(method: string, path: string, headers: { readonly [name: string]: string }): Promise<Response>;
  /** Every file of the collector, by name. */
  files(): Promise<ReadonlyMap<string, Buffer>>;
}

/** A collector on disk whose clock the test moves, with a key that may export and erase. */
async function onDisk(): Promise<Disk> {
  const folder = await temporaryFolder();
  const time = { now: fixtureTime + 1_000 };
  const now = (): number => time.now;
  const store = await sqliteStore({ file: join(folder, "isotherm.db") });
  const journal = await fileJournal({ folder: join(folder, "journal"), now });
  await store.migrate();
  const parts = await running<Store>({ folder, store, journal, now, adminKey, trustProxy: ["127.0.0.1"] });
  onTestFinished(async () => {
    await parts.server.close();
    await journal.close();
    await store.close();
  });
  const scopes = ["stats", "visitors", "export", "erase"] as const;
  await store.putKey(keyOf({ id: "read-full", kind: "read", secret: hashOf(fullKey), scopes }));
  await parts.collector.refresh();
  return {
    ...parts,
    folder,
    journal,
    time,
    ask: (method, path, headers) =>
      fetch(`${parts.server.url}${path}`, { method, headers: { "x-forwarded-for": address, ...headers } }),
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return new Map(await Promise.all(found.map(async (file) => [file, await readFile(file)] as const)));
    },
  };
}

const full = { authorization: `Bearer ${fullKey}` };
const operator = { "x-admin-key": adminKey };

const batch = (who: string, n: number, overrides: Partial<Batch> = {}): Batch =>
  batchOf({
    ...{ tab: `tab-of-${who}`, seq: n, at: fixtureTime + n, visitor: `id-of-${who}`, user: `${who}@example.com` },
    page: pageOf({ id: `view-of-${who}`, url: `https://shop.example/of-${who}`, title: `Title of ${who}` }),
    events: [fixtures.page, { type: "custom", t: 1, name: "note", props: { text: `property-of-${who}` } }],
    ...overrides,
  });
const traces = [
  "tab-of-ada",
  "id-of-ada",
  "ada@example.com",
  "view-of-ada",
  "/of-ada",
  "Title of ada",
  "property-of-ada",
];

/** Traces by the files that they are in. */
async function found({ files }: Disk, wanted: readonly string[]): Promise<readonly string[]> {
  const all = await files();
  return wanted.filter((trace) => [...all.values()].some((bytes) => bytes.includes(trace)));
}

describe("erasing a visitor", () => {
  test("leaves nothing of them in any file of the collector by `completeBy`, and keeps the others", async () => {
    const disk = await onDisk();
    const { post, ask, collector, time, get } = disk;
    for (const who of ["ada", "bob"])
      expect((await post(envelopeOf({ batches: [batch(who, 0), batch(who, 1)] }))).status).toBe(204);
    await collector.settled();
    expect(await found(disk, traces)).toEqual(traces);

    const answer = await ask("DELETE", "/v1/sites/shop/visitors/ada@example.com", full);
    expect(answer.status).toBe(202);
    const erasure = await answer.json();
    expect(erasure).toEqual({ id: expect.any(String), until: time.now, completeBy: expect.any(Number) });
    expect(erasure.completeBy - time.now).toBeLessThanOrEqual(24 * hour);
    // What a browser still had: it happened before.
    expect((await post(envelopeOf({ batches: [batch("ada", 1), batch("ada", 2)] }))).status).toBe(204);
    await collector.settled();
    await collector.swept();
    // The newest part of the journal goes once it is an hour old.
    time.now += 2 * hour;
    expect(time.now).toBeLessThan(erasure.completeBy);
    await collector.swept();
    expect(await found(disk, traces)).toEqual([]);
    expect(await found(disk, ["id-of-bob", "property-of-bob"])).toHaveLength(2);
    const { sessions } = await (await get("/v1/sites/shop/sessions", fullKey)).json();
    expect(sessions).toMatchObject([{ visitor: "id-of-bob", pageViews: 2 }]);
    const { readers } = await disk.journal.stats();
    expect(Object.values(readers)).toMatchObject([{ tally: { "dropped.erased": 2 } }]);
  });

  test("is asked for with a key of that scope, and kept for the audit without the name", async () => {
    const disk = await onDisk();
    const { ask } = disk;
    const path = "/v1/sites/shop/visitors/id-of-ada";
    for (const method of ["GET", "DELETE"]) {
      const refused = await ask(method, path, { authorization: `Bearer ${readKey}` });
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ code: "scope_missing" });
      expect((await ask(method, path, {})).status).toBe(401);
      expect((await ask(method, "/v1/sites/blog/visitors/id-of-ada", full)).status).toBe(404);
      expect((await ask(method, path, full)).status).toBe(method === "GET" ? 200 : 202);
      expect((await ask(method, "/v1/sites/blog/visitors/id-of-ada", operator)).status).toBe(
        method === "GET" ? 200 : 202,
      );
    }
    const { entries } = await (await ask("GET", "/v1/audit?limit=4", operator)).json();
    expect(entries).toMatchObject([
      { actor: "admin", action: "visitor_erased", site: "blog", subject: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { actor: "read-full", action: "visitor_erased", site: "shop" },
      { actor: "admin", action: "visitor_exported", site: "blog" },
      { actor: "read-full", action: "visitor_exported", site: "shop" },
    ]);
    expect((await ask("GET", "/v1/audit", full)).status).toBe(401);
    expect(await found(disk, ["id-of-ada"])).toEqual([]);
  });
});

describe("exporting a visitor", () => {
  test("hands out every batch, visit and tab as one document, and keeps who had it", async () => {
    const disk = await onDisk();
    const { post, ask, collector, get } = disk;
    const batches = Array.from({ length: 130 }, (_, n) => batch("ada", n, n === 0 ? {} : { events: [fixtures.click] }));
    for (let from = 0; from < batches.length; from += 50)
      expect((await post(envelopeOf({ batches: batches.slice(from, from + 50) }))).status).toBe(204);
    expect((await post(envelopeOf({ batches: [batch("bob", 0)] }))).status).toBe(204);
    await collector.settled();
    const answer = await ask("GET", "/v1/sites/shop/visitors/id-of-ada", full);
    expect(answer.status).toBe(200);
    const document = await answer.json();
    expect(document.people).toEqual([{ kind: "stored", name: "id-of-ada" }]);
    expect(document.visits).toMatchObject([{ visitor: "id-of-ada", user: "ada@example.com", pageViews: 1 }]);
    const sent = document.batches.map((one: { batch: Batch }) => one.batch.id);
    expect(sent.toSorted()).toEqual(batches.map(({ id }) => id).toSorted());
    expect(document.batches[0]).toMatchObject({ visit: document.visits[0].id, batch: { events: batches[0]?.events } });
    expect(document.tabs).toMatchObject([{ tab: "tab-of-ada", batches: 130 }]);
    expect(jsonLine(document)).not.toContain("bob");
    const visit = await get(`/v1/sessions/${document.visits[0].id}`, fullKey);
    expect(visit.status).toBe(200);
    // The same look at the same visitor, in heat-collector's words.
    expect((await get(`/api/sessions/${document.visits[0].id}`, fullKey)).status).toBe(200);
    const { entries } = await (await ask("GET", "/v1/audit?limit=2", operator)).json();
    expect(entries).toMatchObject([
      { actor: "read-full", action: "visit_read", site: "shop" },
      { actor: "read-full", action: "visitor_exported", site: "shop" },
    ]);
    expect(await found(disk, [address])).toEqual([]);
  });
});
