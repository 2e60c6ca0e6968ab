import { randomBytes } from "node:crypto";
import { batchOf, edgeOf, fixtureTime, sealedBatchOf, sealedEnvelopeOf } from "@isotherm/protocol/fixtures";
import { newSecret } from "@isotherm/protocol/signature";
import { describe, expect, test } from "vitest";
import { keyOf, otherPublicKey, publicKey, relayId, relaySecret, running } from "../running.js";

const hour = 3_600_000;

describe("batches from a relay", () => {
  test("are believed what the relay saw", async () => {
    const { postSigned, collector, store } = await running();
    const batch = sealedBatchOf();
    expect((await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [batch] }))).status).toBe(204);
    await collector.settled();
    expect(store.stored.get(batch.id)).toMatchObject({ site: "shop", batch: { edge: batch.edge } });
  });

  test("are a harmless duplicate when the request is replayed", async () => {
    const { postSigned } = await running();
    const envelope = sealedEnvelopeOf({ key: publicKey });
    await postSigned(envelope);
    const again = await postSigned(envelope);
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  test("need no origin and know no rate of an address", async () => {
    const { postSigned } = await running({ requestsPerMinute: 1, eventsPerMinute: 1 });
    for (let i = 0; i < 5; i++)
      expect((await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [sealedBatchOf()] }))).status).toBe(204);
  });

  test("are rejected without `edge`, beside good neighbours", async () => {
    const { postSigned } = await running();
    const answer = await postSigned({ ...sealedEnvelopeOf({ key: publicKey }), batches: [batchOf(), sealedBatchOf()] });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ code: "batch_invalid" }] });
  });

  test("have an address that the relay could not hash replaced by the day's visitor before anything is written", async () => {
    const { postSigned, post, collector, store } = await running();
    const { visitor: _visitor, salt: _salt, ...open } = edgeOf({ ua: "Test/1", lang: "fr" });
    const first = sealedBatchOf({ edge: { ...open, address: "127.0.0.1" } });
    expect((await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [first] }))).status).toBe(204);
    const second = batchOf();
    await post({ v: 1, key: publicKey, batches: [second] }, { "user-agent": "Test/1", "accept-language": "fr" });
    await collector.settled();
    const edges = [first, second].map(({ id }) => store.stored.get(id)?.batch.edge);
    expect(edges[0]).not.toHaveProperty("address");
    expect(edges[0]?.visitor).toEqual(expect.any(String));
    expect(edges[0]?.visitor).toBe(edges[1]?.visitor);
  });

  test("lose an address that came beside a visitor, too", async () => {
    const { postSigned, collector, store } = await running();
    const batch = sealedBatchOf({ edge: edgeOf({ address: "198.51.100.7" }) });
    await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [batch] }));
    await collector.settled();
    expect(JSON.stringify(store.stored.get(batch.id))).not.toContain("198.51.100.7");
  });

  test("are turned away, not written with an address, while the salt is out of reach", async () => {
    const { postSigned, store, collector, clock } = await running();
    store.reachable = false;
    // Further than the salts reach that it has in stock.
    clock.now += 100 * hour;
    const { visitor: _visitor, salt: _salt, ...open } = edgeOf({ at: clock.now });
    const batch = sealedBatchOf({ edge: { ...open, address: "198.51.100.7" } });
    const answer = await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [batch] }));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await collector.health()).journal.records).toBe(0);
  });

  test("find the key's own bound of events unused when they come again then", async () => {
    const { postSigned, store, collector, clock } = await running();
    await store.putKey(keyOf({ eventsPerMinute: 1 }));
    await collector.refresh();
    store.reachable = false;
    clock.now += 100 * hour;
    const { visitor: _visitor, salt: _salt, ...open } = edgeOf({ at: clock.now });
    const batch = sealedBatchOf({ edge: { ...open, address: "198.51.100.7" } });
    const send = async () => (await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [batch] }))).status;
    expect([await send(), await send()]).toEqual([503, 503]);
    store.reachable = true;
    expect([await send(), await send()]).toEqual([204, 429]);
  });
});

describe("a site's key that was rotated", () => {
  test("still opens for the backlog that a relay took before, however late it comes", async () => {
    const { postSigned, store, collector, clock } = await running();
    await store.putKey(keyOf({ revokedAt: fixtureTime + hour }));
    await collector.refresh();
    clock.now = fixtureTime + 100 * hour;
    const before = sealedBatchOf({ edge: edgeOf({ at: fixtureTime }) });
    const onItsWay = sealedBatchOf({ edge: edgeOf({ at: fixtureTime + hour + 60_000 }) });
    const after = sealedBatchOf({ edge: edgeOf({ at: fixtureTime + 2 * hour }) });
    const answer = await postSigned(sealedEnvelopeOf({ key: publicKey, batches: [before, onItsWay, after] }));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 2, rejected: [{ id: after.id, code: "key_unknown" }] });
  });
});

describe("signatures", () => {
  const envelope = sealedEnvelopeOf({ key: publicKey });

  test("refuse unknown relays, wrong secrets, changed bodies and old timestamps", async () => {
    const { postSigned, clock, server } = await running();
    const stale = Math.floor(clock.now / 1000) - 301;
    for (const options of [
      { keyId: "rk_unknown" },
      { secret: newSecret() },
      { timestamp: stale },
      { timestamp: stale + 602 },
      { headers: { "webhook-signature": `v1,${randomBytes(32).toString("base64")}` } },
      { headers: { "webhook-signature": "" } },
    ]) {
      const answer = await postSigned(envelope, options);
      expect([answer.status, (await answer.json()).code]).toEqual([401, "signature_invalid"]);
    }
    const bare = await fetch(`${server.url}/v1/batches`, {
      method: "POST",
      headers: { "relay-key-id": relayId },
      body: JSON.stringify(envelope),
    });
    expect(bare.status).toBe(401);
  });

  test("refuse a relay from its revocation on", async () => {
    const { postSigned, store, collector, clock } = await running();
    await store.putKey(keyOf({ id: relayId, kind: "relay", site: null, secret: relaySecret, revokedAt: clock.now }));
    await collector.refresh();
    expect(await (await postSigned(envelope)).json()).toMatchObject({ code: "signature_invalid" });
  });

  test("hold by either of two secrets while they are rotated", async () => {
    const { postSigned, store, collector } = await running();
    const next = newSecret();
    await store.putKey(keyOf({ id: relayId, kind: "relay", site: null, secret: `${relaySecret} ${next}` }));
    await collector.refresh();
    for (const secret of [relaySecret, next])
      expect((await postSigned(sealedEnvelopeOf({ key: publicKey }), { secret })).status).toBe(204);
  });

  test("of a relay of one site do not open another", async () => {
    const { postSigned, store, collector } = await running();
    await store.putKey(keyOf({ id: relayId, kind: "relay", site: "shop", secret: relaySecret }));
    await collector.refresh();
    expect((await postSigned(envelope)).status).toBe(204);
    const foreign = await postSigned(sealedEnvelopeOf({ key: otherPublicKey }));
    expect([foreign.status, (await foreign.json()).code]).toEqual([401, "key_unknown"]);
  });

  test("that fail too often from one address are refused unheard", async () => {
    const { postSigned } = await running({ failuresPerMinute: 2 });
    for (let i = 0; i < 2; i++) expect((await postSigned(envelope, { secret: newSecret() })).status).toBe(401);
    const answer = await postSigned(envelope);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
