import { gzipSync } from "node:zlib";
import { limits, refusalStatus } from "@isotherm/protocol";
import { batchOf, envelopeOf, fixtures, fixtureTime, pageOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicKey, running } from "../running.js";

type Refused = readonly [
  what: string,
  body: unknown,
  status: number,
  code: string,
  headers?: { [name: string]: string },
];
type Answered = readonly [what: string, body: unknown, status: number, rejected?: string];

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const gzip = { "content-encoding": "gzip" };
const one = (overrides: object): object => envelopeOf({ batches: [{ ...batchOf(), ...overrides } as never] });

const refused: readonly Refused[] = [
  ["empty", "", 400, "envelope_invalid"],
  ["not JSON", "{", 400, "envelope_invalid"],
  ["not UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 400, "envelope_invalid"],
  ["null", "null", 400, "envelope_invalid"],
  ["an array", "[]", 400, "envelope_invalid"],
  ["a number", "1", 400, "envelope_invalid"],
  ["an empty object", "{}", 400, "envelope_invalid"],
  ["another version", { ...envelopeOf(), v: 2 }, 400, "envelope_invalid"],
  ["a key of a wrong type", { ...envelopeOf(), key: 7 }, 400, "envelope_invalid"],
  ["batches that are no array", { ...envelopeOf(), batches: {} }, 400, "envelope_invalid"],
  ["too many batches", envelopeOf({ batches: Array(limits.batches + 1).fill(batchOf()) }), 400, "envelope_invalid"],
  ["an empty envelope", envelopeOf({ batches: [] }), 400, "envelope_invalid"],
  ["deep nesting", nested(100_000), 400, "envelope_invalid"],
  ["nesting in properties", JSON.stringify(envelopeOf()).replace('"page"', nested(5_000)), 400, "envelope_invalid"],
  ["2 MiB", "x".repeat(2 * limits.requestBytes), 413, "body_too_large"],
  ["1 byte too many", "x".repeat(limits.requestBytes + 1), 413, "body_too_large"],
  ["a gzip bomb", gzipSync(Buffer.alloc(200 * limits.requestBytes)), 413, "body_too_large", gzip],
  ["no gzip", "{}", 400, "envelope_invalid", gzip],
  ["half a gzip", gzipSync(JSON.stringify(envelopeOf())).subarray(0, 40), 400, "envelope_invalid", gzip],
  ["brotli", "{}", 415, "encoding_unsupported", { "content-encoding": "br" }],
  ["a content type that is none", envelopeOf(), 415, "encoding_unsupported", { "content-type": "nonsense" }],
  ["gzip twice", "{}", 415, "encoding_unsupported", { "content-encoding": "gzip, gzip" }],
  ["an unknown key", envelopeOf({ key: "pk_unknownunknownunknownun" }), 401, "key_unknown"],
  ["a key named like a property", envelopeOf({ key: "__proto__" }), 401, "key_unknown"],
  ["a foreign origin", envelopeOf(), 403, "origin_refused", { origin: "https://thief.example" }],
  ["an origin that is none", envelopeOf(), 403, "origin_refused", { origin: "shop" }],
];

const answered: readonly Answered[] = [
  ["wrong types", one({ seq: "7" }), 202, "batch_invalid"],
  ["a number out of bounds", one({ page: { ...pageOf(), vw: -1 } }), 202, "batch_invalid"],
  ["no events", one({ events: [] }), 202, "batch_invalid"],
  ["a batch that is no object", { ...envelopeOf(), batches: [null] }, 202, "batch_invalid"],
  [
    "a batch of 100 KiB",
    one({ visitor: "v", events: [fixtures.page], note: "x".repeat(100_000) }),
    202,
    "batch_too_large",
  ],
  ["unknown fields", one({ novelty: { a: [1] } }), 204],
  ["unknown event types", one({ events: [fixtures.page, { type: "hologram", t: 1, x: 2 }] }), 204],
  ["a clock in the year 2100", { ...one({ at: Date.UTC(2100, 0) }), sentAt: Date.UTC(2100, 0) }, 204],
  ["a clock in 1970", { ...one({ at: 0 }), sentAt: 0 }, 204],
  ["no clock", { v: 1, key: publicKey, batches: [batchOf()] }, 204],
];

describe("bad input", () => {
  for (const [what, body, status, code, headers] of refused)
    test(`${what} is refused`, async () => {
      const { post, collector } = await running();
      const answer = await post(body, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const refusal = await answer.json();
      expect(refusal).toMatchObject({ code, requestId: answer.headers.get("x-request-id") });
      expect(refusal.message).not.toBe("");
      expect(refusal.error).not.toBe("");
      expect((await collector.health()).journal.records).toBe(0);
    });

  test.each(answered)("%s is answered by batch", async (_what, body, status, rejected) => {
    const { post, collector, store } = await running();
    const answer = await post(body);
    expect(answer.status).toBe(status);
    if (rejected === undefined) {
      await collector.settled();
      expect(store.stored.size).toBe(1);
    } else {
      expect(await answer.json()).toMatchObject({ accepted: 0, rejected: [{ code: rejected }] });
    }
  });

  test("unknown fields are kept as they are, and counted", async () => {
    const { post, collector, store } = await running();
    await post(one({ novelty: 1, events: [fixtures.page, { type: "hologram", t: 1 }] }));
    await collector.settled();
    expect([...store.stored.values()][0]?.batch).toMatchObject({ novelty: 1, events: [{}, { type: "hologram" }] });
    expect((await collector.health()).counts).toMatchObject({ received: 1, accepted: 1, unknown: 2 });
  });

  test("never leads to an answer that is not documented", async () => {
    const { post } = await running({ requestsPerMinute: 1_000_000, failuresPerMinute: 1_000_000 });
    const documented = new Set([202, 204, ...Object.values(refusalStatus).filter((status) => status !== 500)]);
    const envelope = fc.record({
      v: fc.oneof(fc.constant(1), fc.anything()),
      key: fc.oneof(fc.constant(publicKey), fc.anything()),
      sentAt: fc.oneof(fc.constant(fixtureTime), fc.anything()),
      batches: fc.oneof(fc.anything(), fc.array(fc.oneof(fc.anything(), fc.constant(batchOf())), { maxLength: 4 })),
      gone: fc.anything(),
    });
    const body = fc.oneof(
      envelope.map((value) =>
        JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner)),
      ),
      fc.string(),
      fc.json(),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (bytes, zipped) => {
        const answer = await post(zipped ? gzipSync(bytes) : bytes, zipped ? gzip : {});
        await answer.text();
        expect(documented).toContain(answer.status);
      }),
      { numRuns: 150 },
    );
  });

  test("is refused on paths and methods that are not there, in the same shape", async () => {
    const { server } = await running();
    for (const [method, path, status, code] of [
      ["GET", "/v1/batches", 405, "method_refused"],
      ["DELETE", "/v1/sites", 405, "method_refused"],
      ["POST", "/v1/sites/shop/summary", 405, "method_refused"],
      ["GET", "/v1/nothing", 404, "not_found"],
      ["POST", "/v1/nothing", 404, "not_found"],
      ["GET", "/nothing", 404, "not_found"],
      ["GET", "/v1/sites/%zz/summary", 400, "query_invalid"],
    ] as const) {
      const answer = await fetch(server.url + path, { method });
      expect([method, path, answer.status]).toEqual([method, path, status]);
      const body = await answer.json();
      expect(body).toMatchObject({ code });
      expect(answer.headers.get("x-request-id")).toBe(body.requestId);
      if (status === 405) expect(answer.headers.get("allow")).not.toBe("");
    }
  });
});
