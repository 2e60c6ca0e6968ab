import { gzipSync } from "node:zlib";
import type { Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { post, type Said, startRelay } from "../kit/relay.js";
import { standIn } from "../kit/stand-in.js";

const now = Date.now();
const good = (): object => envelopeOf({ batches: [batchOf({ at: now })], sentAt: now });
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

interface Case {
  readonly name: string;
  readonly body: unknown;
  readonly said?: Said;
  readonly status: number;
  readonly code: string;
}

const refused: readonly Case[] = [
  { name: "an empty body", body: "", status: 400, code: "envelope_invalid" },
  { name: "no JSON", body: "{", status: 400, code: "envelope_invalid" },
  { name: "bytes that are no UTF-8", body: Uint8Array.of(0xff, 0xfe, 0x7b), status: 400, code: "envelope_invalid" },
  { name: "a number", body: "1", status: 400, code: "envelope_invalid" },
  { name: "null", body: "null", status: 400, code: "envelope_invalid" },
  { name: "an array", body: "[]", status: 400, code: "envelope_invalid" },
  { name: "a hundred thousand levels", body: nested(100_000), status: 400, code: "envelope_invalid" },
  { name: "no batches", body: { ...good(), batches: [] }, status: 400, code: "envelope_invalid" },
  {
    name: "65 batches",
    body: { ...good(), batches: Array(65).fill(batchOf()) },
    status: 400,
    code: "envelope_invalid",
  },
  { name: "another version", body: { ...good(), v: 2 }, status: 400, code: "envelope_invalid" },
  { name: "a key of a wrong type", body: { ...good(), key: 7 }, status: 400, code: "envelope_invalid" },
  { name: "a clock of a wrong type", body: { ...good(), sentAt: "now" }, status: 400, code: "envelope_invalid" },
  { name: "an unknown key", body: { ...good(), key: "pk_nobody" }, status: 401, code: "key_unknown" },
  { name: "two MiB", body: " ".repeat(2 * 1_048_576), status: 413, code: "body_too_large" },
  {
    name: "two MiB announced",
    body: good(),
    said: { headers: { "content-length": "2097152" } },
    status: 413,
    code: "body_too_large",
  },
  {
    name: "gzip that is none",
    body: "plain",
    said: { headers: { "content-encoding": "gzip" } },
    status: 400,
    code: "envelope_invalid",
  },
  {
    name: "gzip that ends early",
    body: gzipSync(JSON.stringify(good())).subarray(0, 60),
    said: { headers: { "content-encoding": "gzip" } },
    status: 400,
    code: "envelope_invalid",
  },
  {
    name: "a gzip bomb",
    body: gzipSync(Buffer.alloc(200 * 1_048_576)),
    said: { headers: { "content-encoding": "gzip" } },
    status: 413,
    code: "body_too_large",
  },
  {
    name: "brotli",
    body: good(),
    said: { headers: { "content-encoding": "br" } },
    status: 415,
    code: "encoding_unsupported",
  },
  {
    name: "a foreign origin",
    body: good(),
    said: { headers: { origin: "https://evil.example" } },
    status: 403,
    code: "origin_refused",
  },
  {
    name: "an opaque origin",
    body: good(),
    said: { headers: { origin: "null" } },
    status: 403,
    code: "origin_refused",
  },
  { name: "another path", body: good(), said: { path: "/other" }, status: 404, code: "not_found" },
  { name: "another method", body: good(), said: { method: "GET" }, status: 405, code: "method_refused" },
];

describe("intake, given what it cannot take", () => {
  test.each(refused)("answers $name with $status $code", async ({ body, said, status, code }) => {
    const relay = await startRelay(await standIn());
    const response = await post(relay, body, said);
    const refusal = (await response.json()) as Refusal;
    expect([response.status, refusal.code]).toEqual([status, code]);
    expect(refusal.requestId).toBe(response.headers.get("x-request-id"));
    expect(refusal.message.length).toBeGreaterThan(10);
    const ledger = await relay.ledger();
    expect(ledger).toMatchObject({ balanced: true, keys: {} });
    const counted = said?.path === undefined && said?.method === undefined ? { [code]: 1 } : {};
    expect(ledger.requests).toEqual(counted);
  });

  test("refuses one batch of a wrong type by its path, and takes its neighbour", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const neighbour = batchOf({ at: now });
    const wrong = { ...batchOf({ at: now }), seq: "first" };
    const response = await post(relay, { ...good(), batches: [wrong, neighbour] });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      accepted: 1,
      duplicate: 0,
      rejected: [{ id: wrong.id, code: "batch_invalid", message: expect.stringContaining("/batches/0/seq") }],
    });
    await relay.drained();
    expect([...collector.stored.keys()]).toEqual([neighbour.id]);
    expect((await relay.ledger()).keys[collector.key]).toMatchObject({
      received: 2,
      journaled: 1,
      refused: { batch_invalid: 1 },
    });
  });

  test("keeps unknown fields and event types, and counts them", async () => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const events = [...batchOf().events, { type: "gaze", t: 5, at: [1, 2] }];
    const batch = { ...batchOf({ at: now }), mood: "good", events };
    expect((await post(relay, { ...good(), batches: [batch] })).status).toBe(204);
    await relay.drained();
    expect(collector.stored.get(batch.id)).toMatchObject({ mood: "good", events });
    expect((await relay.ledger()).keys[collector.key]?.unknown).toBe(2);
    expect((await relay.health()).unknown).toBe(2);
  });

  test.each([
    ["a day ahead", 86_400_000],
    ["ten years ago", -315_360_000_000],
  ])("takes a batch of a clock that is %s, and says by how much", async (_name, ahead) => {
    const collector = await standIn();
    const relay = await startRelay(collector);
    const batch = batchOf({ at: Date.now() + ahead });
    expect((await post(relay, envelopeOf({ batches: [batch], sentAt: Date.now() + ahead }))).status).toBe(204);
    await relay.drained();
    expect(Math.abs((collector.stored.get(batch.id)?.edge.skew ?? 0) - ahead)).toBeLessThan(5_000);
  });

  test("takes what sendBeacon and fetch send, whatever type it says it is", async () => {
    const relay = await startRelay(await standIn());
    for (const type of ["text/plain;charset=UTF-8", "application/json", "application/octet-stream"])
      expect((await post(relay, good(), { headers: { "content-type": type } })).status).toBe(204);
  });

  test("takes gzip", async () => {
    const relay = await startRelay(await standIn());
    const body = gzipSync(JSON.stringify(good()));
    expect((await post(relay, body, { headers: { "content-encoding": "gzip" } })).status).toBe(204);
  });

  test("answers nothing but what is documented, whatever the bytes", async () => {
    const relay = await startRelay(await standIn(), { requestsPerMinute: 100_000 });
    const text = JSON.stringify(good());
    const mutated = fc
      .tuple(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 20 }))
      .map(([at, length, insert]) => text.slice(0, at) + insert + text.slice(at + length));
    const bodies = fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.json(), mutated);
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await post(relay, body);
        expect([202, 204, 400, 401]).toContain(status);
      }),
      { numRuns: 300 },
    );
    expect((await relay.ledger()).balanced).toBe(true);
  });
});
