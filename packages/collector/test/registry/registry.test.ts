import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { envelopeOf, sealedBatchOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { createCollector } from "../../src/collector.js";
import { CollectorError } from "../../src/collector-error.js";
import { memoryStore } from "../memory-store.js";
import { furnish, hashOf, keyOf, publicKey, running, siteOf, temporaryFolder } from "../running.js";

const memberKey = `rd_${"m".repeat(32)}`;

describe("sites and keys", () => {
  test("follow what another process writes into the store", async () => {
    const { store, post } = await running();
    await store.putSite(siteOf({ id: "new", origins: ["*"] }));
    await store.putKey(keyOf({ id: "pk_new", site: "new" }));
    await expect.poll(async () => (await post(envelopeOf({ key: "pk_new" }))).status).toBe(204);
    await store.putKey(keyOf({ id: "pk_new", site: "new", revokedAt: 1 }));
    await expect.poll(async () => (await post(envelopeOf({ key: "pk_new" }))).status).toBe(401);
  });

  test("are kept beside the journal for their owner alone", async () => {
    const folder = await temporaryFolder();
    const { store, collector } = await running({ folder });
    const file = join(folder, "registry.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject(await store.registry());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await store.putSite(siteOf({ id: "late" }));
    await collector.refresh();
    expect(await readFile(file, "utf8")).toContain('"late"');
  });

  test("are known from the snapshot when the collector starts while the store is away", async () => {
    const folder = await temporaryFolder();
    await (await running({ folder })).server.close();
    const away = memoryStore();
    away.reachable = false;
    const { postSigned, post, collector } = await running({ folder, store: away, bare: true });
    const envelope = sealedEnvelopeOf({ key: publicKey, batches: [sealedBatchOf()] });
    expect((await postSigned(envelope)).status).toBe(204);
    expect(await collector.health()).toMatchObject({ ready: true, registry: { known: true, fresh: false, sites: 2 } });
    const stranger = await post(envelopeOf({ key: "pk_made_meanwhile" }));
    expect([stranger.status, (await stranger.json()).code]).toEqual([503, "unavailable"]);
  });

  test("are known with who belongs to whom", async () => {
    const folder = await temporaryFolder();
    const first = await running({ folder });
    await first.store.addOrganisation({ id: "acme", name: "Acme", createdAt: 0 });
    await first.store.putSite(siteOf({ organisation: "acme" }));
    const member = { id: "m-1", organisation: "acme", name: "Ada", role: "viewer", createdAt: 0 } as const;
    await first.store.putMember({ ...member, removedAt: null });
    const ofMember = { id: "read-m", kind: "read", site: null, organisation: "acme", member: "m-1" } as const;
    await first.store.putKey(keyOf({ ...ofMember, secret: hashOf(memberKey) }));
    await first.collector.refresh();
    await first.server.close();
    const away = memoryStore();
    away.reachable = false;
    const { get } = await running({ folder, store: away, bare: true });
    expect(await (await get("/v1/sites", memberKey)).json()).toMatchObject({ sites: [{ id: "shop" }] });
    // What it may ask it may ask; the answer is the store's.
    expect((await get("/v1/sites/shop/summary", memberKey)).status).toBe(503);
  });

  test.each(["", "{", "null", '{"v":2}', '{"v":1,"sites":1,"keys":[]}', "\u0000\u0000"])(
    "are unknown, which is 503 and never 401, with a snapshot that holds %j and no store",
    async (text) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, "registry.json"), text);
      const store = memoryStore();
      await furnish(store);
      store.reachable = false;
      const { post, postSigned, get, collector } = await running({ folder, store, bare: true });
      for (const answer of [await post(envelopeOf()), await postSigned(sealedEnvelopeOf()), await get("/v1/sites")]) {
        expect([answer.status, (await answer.json()).code]).toEqual([503, "unavailable"]);
        expect(answer.headers.get("retry-after")).not.toBeNull();
      }
      expect((await collector.health()).ready).toBe(false);
      store.reachable = true;
      await expect.poll(async () => (await post(envelopeOf())).status).toBe(204);
    },
  );

  test("are not asked for in a store that newer code wrote", async () => {
    const store = memoryStore();
    store.migrate = () => Promise.reject(new CollectorError("schema_ahead", "newer"));
    const { memoryJournal } = await import("@isotherm/journal/memory");
    const starting = createCollector({ folder: await temporaryFolder(), journal: memoryJournal(), store });
    await expect(starting).rejects.toMatchObject({ code: "schema_ahead" });
  });

  test.each([new CollectorError("schema_ahead", "newer"), new Error("the database lacks the schema steps 9: newer")])(
    "nor is anything else, where it was away at the start and comes back with a schema of other code: %s",
    async (refusal) => {
      const folder = await temporaryFolder();
      await (await running({ folder })).server.close();
      const store = memoryStore();
      await furnish(store);
      store.reachable = false;
      let isOthers = true;
      store.migrate = async () => {
        await store.ping();
        if (isOthers) throw refusal;
      };
      const called: string[] = [];
      for (const name of [
        "registry",
        "cursor",
        "project",
        "sweep",
        "salts",
        "heldSnapshots",
        "folded",
        "putKey",
      ] as const) {
        const call = store[name];
        const counted = (...asked: never[]) => {
          called.push(name);
          return Reflect.apply(call, store, asked);
        };
        Object.assign(store, { [name]: counted });
      }
      const adminKey = "admin-key-of-the-operator-0123";
      const { post, postSigned, get, collector, server } = await running({ folder, store, bare: true, adminKey });
      store.reachable = true;
      const batch = sealedBatchOf();
      expect((await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [batch] }))).status).toBe(204);
      const within = { timeout: 60_000 };
      await expect.poll(async () => (await collector.health()).projector.failing, within).toContain("newer");
      expect((await post(envelopeOf())).status).toBe(503);
      expect((await get("/v1/sites/shop/summary")).status).toBe(503);
      const keys = `${server.url}/v1/projects/shop/keys`;
      const headers = { "content-type": "application/json", "x-admin-key": adminKey };
      expect((await fetch(keys, { method: "POST", headers, body: '{"kind":"read"}' })).status).toBe(503);
      await collector.refresh();
      await collector.metrics();
      expect(await collector.health()).toMatchObject({ ready: true, store: { reachable: true } });
      expect([called, store.asked]).toEqual([[], []]);

      isOthers = false;
      await collector.settled();
      await expect.poll(() => [...store.stored.keys()], within).toEqual([batch.id]);
      await expect.poll(async () => (await get("/v1/sites/shop/summary")).status, within).toBe(200);
      await collector.swept();
      expect(called).toContain("sweep");
    },
  );
});
