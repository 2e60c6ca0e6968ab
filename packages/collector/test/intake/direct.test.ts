import { gzipSync } from "node:zlib";
import { limits } from "@isotherm/protocol";
import { batchOf, edgeOf, envelopeOf, fixtureTime, pageOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { sortArrivals } from "../../src/project/arrivals.js";
import { keyOf, origin, publicKey, running, siteOf } from "../running.js";

const batch = batchOf();

describe("batches straight from a browser", () => {
  test("are answered with 204 and no body, and arrive once", async () => {
    const { post, collector, store } = await running();
    const answer = await post(envelopeOf({ batches: [batch] }));
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    await collector.settled();
    expect([...store.stored.keys()]).toEqual([batch.id]);
  });

  test("are sealed from the request that was seen", async () => {
    const { post, collector, store } = await running();
    await post(envelopeOf({ batches: [batch], sentAt: fixtureTime + 61_000 }), {
      "user-agent": "Test/1",
      "accept-language": "fr",
      "sec-ch-ua-platform": '"Linux"',
      "sec-ch-ua-mobile": "?0",
    });
    await collector.settled();
    const edge = store.stored.get(batch.id)?.batch.edge;
    expect(edge).toMatchObject({
      at: fixtureTime + 1_000,
      skew: 60_000,
      ip: "127.0.0.0",
      ua: "Test/1",
      lang: "fr",
      ch: { platform: "Linux", mobile: false },
      host: "shop.example",
      salt: "2026-11-21",
    });
    expect(edge?.visitor).toEqual(expect.any(String));
    expect(edge?.address).toBeUndefined();
  });

  test("are not believed what they say about their receipt", async () => {
    const { post, collector, store } = await running();
    const forged = { ...batch, edge: edgeOf({ visitor: "forged", address: "198.51.100.7" }) };
    expect((await post(envelopeOf({ batches: [forged] }))).status).toBe(204);
    await collector.settled();
    const stored = JSON.stringify(store.stored.get(batch.id));
    expect(stored).not.toContain("forged");
    expect(stored).not.toContain("198.51.100.7");
  });

  test("are counted as duplicates when they come again", async () => {
    const { post } = await running();
    await post(envelopeOf({ batches: [batch] }));
    const again = await post(envelopeOf({ batches: [batch, batchOf()] }));
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({ accepted: 1, duplicate: 1, rejected: [] });
  });

  test("are accepted beside neighbours that are refused", async () => {
    const { post, collector, store } = await running();
    const bad = { ...batchOf(), seq: "seven" };
    const answer = await post(envelopeOf({ batches: [batch, bad as never] }));
    expect(answer.status).toBe(202);
    const body = await answer.json();
    expect(body).toMatchObject({ accepted: 1, duplicate: 0, rejected: [{ id: bad.id, code: "batch_invalid" }] });
    expect(body.rejected[0].message).toContain("/batches/1/seq");
    await collector.settled();
    expect([...store.stored.keys()]).toEqual([batch.id]);
  });

  test("may be compressed", async () => {
    const { post } = await running();
    const answer = await post(gzipSync(JSON.stringify(envelopeOf())), { "content-encoding": "gzip" });
    expect(answer.status).toBe(204);
  });

  test.each(["application/json", "text/plain;charset=UTF-8", "application/octet-stream", undefined])(
    "may call themselves %s",
    async (type) => {
      const { post } = await running();
      const bytes = new TextEncoder().encode(JSON.stringify(envelopeOf()));
      expect((await post(bytes, { "content-type": type })).status).toBe(204);
    },
  );

  test("bring reports of discards along, which arrive too", async () => {
    const { post, collector, store } = await running();
    const gone = [{ tab: "t", seq: 1, n: 3, reason: "quota" as const }];
    expect((await post(envelopeOf({ batches: [batch], gone }))).status).toBe(204);
    await collector.settled();
    const arrivals = store.chunks.map(({ records }) => sortArrivals(records));
    expect(arrivals.flatMap((read) => read.gone)).toMatchObject([{ site: "shop", gone }]);
  });
});

describe("origins", () => {
  test("of a listed page get CORS headers on every answer, errors included", async () => {
    const { post } = await running();
    for (const [body, status] of [
      [envelopeOf(), 204],
      ["{", 400],
      ["x".repeat(2 * limits.requestBytes), 413],
      [envelopeOf({ key: "pk_unknownunknownunknownun" }), 401],
    ] as const) {
      const answer = await post(body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("vary")).toBe("Origin");
      expect(answer.headers.get("x-request-id")).toBeTruthy();
    }
  });

  test("of a foreign page are refused without CORS headers", async () => {
    const { post } = await running();
    const answer = await post(envelopeOf(), { origin: "https://thief.example" });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "origin_refused" });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("of another site's page are refused", async () => {
    const { post } = await running();
    const answer = await post(envelopeOf(), { origin: "https://blog.example" });
    expect(answer.status).toBe(403);
  });

  test("that are hidden are judged by the pages' own addresses", async () => {
    const { post } = await running();
    expect((await post(envelopeOf(), { origin: "null" })).status).toBe(204);
    const foreign = batchOf({ page: pageOf({ url: "https://thief.example/" }) });
    expect((await post(envelopeOf({ batches: [foreign] }), { origin: undefined })).status).toBe(403);
  });

  test("are asked for in a preflight that browsers may keep", async () => {
    const { server } = await running();
    const ask = (from: string) =>
      fetch(`${server.url}/v1/batches`, {
        method: "OPTIONS",
        headers: { origin: from, "access-control-request-method": "POST" },
      });
    const allowed = await ask(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    expect(allowed.headers.get("access-control-allow-methods")).toBe("POST");
    expect(Number(allowed.headers.get("access-control-max-age"))).toBeGreaterThan(0);
    expect((await ask("https://thief.example")).status).toBe(403);
  });
});

describe("privacy signals", () => {
  test("strip who it was, where the site says so", async () => {
    const { post, collector, store } = await running();
    const named = batchOf({ visitor: "me", user: "u1", session: "s1" });
    expect((await post(envelopeOf({ batches: [named] }), { "sec-gpc": "1" })).status).toBe(204);
    await collector.settled();
    const stored = store.stored.get(named.id)?.batch;
    expect(stored).toMatchObject({ edge: { privacy: "gpc" } });
    for (const field of ["visitor", "user", "session"]) expect(stored).not.toHaveProperty(field);
    for (const field of ["visitor", "ip", "address"]) expect(stored?.edge).not.toHaveProperty(field);
  });

  test("keep the batch out, where the site says so, and are counted", async () => {
    const { post, collector, store } = await running();
    await store.putSite(siteOf({ privacy: { gpc: "ignore", dnt: "drop" } }));
    await collector.refresh();
    expect((await post(envelopeOf(), { dnt: "1" })).status).toBe(204);
    expect((await post(envelopeOf(), { "sec-gpc": "1" })).status).toBe(204);
    await collector.settled();
    expect(store.stored.size).toBe(1);
    expect((await collector.health()).dropped).toEqual({ dnt: 1 });
  });
});

describe("rates", () => {
  test("of one address are limited, with the time to wait, and recover", async () => {
    const { post, clock } = await running({ requestsPerMinute: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(envelopeOf())).status);
    expect(statuses).toEqual([204, 204, 429]);
    const refused = await post(envelopeOf());
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await refused.json()).toMatchObject({ code: "rate_limited" });
    clock.now += 30_000;
    expect((await post(envelopeOf())).status).toBe(204);
  });

  test("of events under one key are limited", async () => {
    const { post } = await running({ eventsPerMinute: 1 });
    expect((await post(envelopeOf())).status).toBe(204);
    expect((await post(envelopeOf())).status).toBe(429);
  });

  test("of events are given back where the day's salt is out of reach", async () => {
    const { post, store, clock } = await running({ eventsPerMinute: 1 });
    store.reachable = false;
    // Further than the salts reach that it has in stock.
    clock.now += 360_000_000;
    expect((await post(envelopeOf())).status).toBe(503);
    expect((await post(envelopeOf())).status).toBe(503);
    store.reachable = true;
    expect((await post(envelopeOf())).status).toBe(204);
    expect((await post(envelopeOf())).status).toBe(429);
  });

  test("tell visitors behind a trusted proxy apart", async () => {
    const { post } = await running({ requestsPerMinute: 1, trustProxy: ["127.0.0.1"] });
    const from = (address: string) => post(envelopeOf(), { "x-forwarded-for": address });
    expect((await from("198.51.100.1")).status).toBe(204);
    expect((await from("198.51.100.2")).status).toBe(204);
    expect((await from("198.51.100.1")).status).toBe(429);
  });

  test("are a household's, not each of its addresses'", async () => {
    const { post } = await running({ requestsPerMinute: 1, trustProxy: ["127.0.0.1"] });
    const from = (address: string) => post(envelopeOf(), { "x-forwarded-for": address });
    expect((await from("2001:db8:1:2::1")).status).toBe(204);
    expect((await from("2001:db8:1:2:ffff::9")).status).toBe(429);
    expect((await from("2001:db8:1:3::1")).status).toBe(204);
  });
});

describe("keys", () => {
  test("that were made a moment ago work at once", async () => {
    const { post, store } = await running({ pollEvery: 60_000 });
    await store.putKey(keyOf({ id: "pk_fresh" }));
    await expect.poll(async () => (await post(envelopeOf({ key: "pk_fresh" }))).status).toBe(204);
  });

  test("that are revoked stop working", async () => {
    const { post, store, collector, clock } = await running();
    await store.putKey(keyOf({ revokedAt: clock.now }));
    await collector.refresh();
    const answer = await post(envelopeOf({ key: publicKey }));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "key_unknown" });
  });
});
