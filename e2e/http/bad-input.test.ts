import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DeliveryAnswer, limits, type Refusal, uuidv7 } from "@isotherm/protocol";
import { batchOf } from "@isotherm/protocol/fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
let system: System;

beforeAll(async () => {
  system = await startSystem(folder);
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const fresh = (overrides = {}) => ({
  ...batchOf({ id: uuidv7(), tab: uuidv7(), seq: 0, at: Date.now() }),
  ...overrides,
});
const envelope = (overrides = {}) => ({
  v: 1,
  key: system.publicKey,
  sentAt: Date.now(),
  batches: [fresh()],
  ...overrides,
});

interface Case {
  readonly name: string;
  readonly body: () => string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code?: string;
}

/** What both servers must answer to a browser, or to somebody who pretends to be one. */
const cases: readonly Case[] = [
  { name: "nothing", body: () => "", status: 400, code: "envelope_invalid" },
  { name: "what is not JSON", body: () => "hello", status: 400, code: "envelope_invalid" },
  {
    name: "bytes that are not text",
    body: () => new Uint8Array([0xff, 0xfe, 0, 1]),
    status: 400,
    code: "envelope_invalid",
  },
  { name: "deep nesting", body: () => "[".repeat(200_000), status: 400, code: "envelope_invalid" },
  { name: "2 MiB", body: () => " ".repeat(2 * limits.requestBytes), status: 413, code: "body_too_large" },
  {
    name: "a gzip bomb",
    body: () => new Uint8Array(gzipSync(Buffer.alloc(200 * limits.requestBytes, 32))),
    headers: { "content-encoding": "gzip" },
    status: 413,
    code: "body_too_large",
  },
  {
    name: "an unknown encoding",
    body: () => "{}",
    headers: { "content-encoding": "zstd" },
    status: 415,
    code: "encoding_unsupported",
  },
  {
    name: "an unknown key",
    body: () => JSON.stringify(envelope({ key: "pk_unknownunknownunknown12" })),
    status: 401,
    code: "key_unknown",
  },
  { name: "no batches", body: () => JSON.stringify(envelope({ batches: [] })), status: 400, code: "envelope_invalid" },
  { name: "another version", body: () => JSON.stringify(envelope({ v: 2 })), status: 400, code: "envelope_invalid" },
  {
    name: "a foreign origin",
    body: () => JSON.stringify(envelope()),
    headers: { origin: "https://evil.example" },
    status: 403,
    code: "origin_refused",
  },
  { name: "unknown fields and event types", body: () => JSON.stringify(withUnknown()), status: 204 },
  {
    name: "a clock in 2100",
    body: () => JSON.stringify(envelope({ sentAt: 4_102_444_800_000, batches: [fresh({ at: 4_102_444_800_000 })] })),
    status: 204,
  },
  {
    name: "a clock in 1970",
    body: () => JSON.stringify(envelope({ sentAt: 1, batches: [fresh({ at: 1 })] })),
    status: 204,
  },
];

function withUnknown() {
  const batch = fresh();
  return envelope({
    extra: 1,
    batches: [{ ...batch, more: { a: [1] }, events: [...batch.events, { type: "hologram", t: 3, depth: 9 }] }],
  });
}

const servers = [
  { name: "relay", url: () => `${system.relay}${system.intake}` },
  { name: "collector", url: () => `${system.collector}/v1/batches` },
];

describe.each(servers)("bad input to the $name", ({ url }) => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(url(), { method: "POST", body, headers: { "content-type": "text/plain", origin: system.relay, ...headers } });

  test.each(cases)("$name is answered with $status $code", async ({ body, headers, status, code }) => {
    const answer = await post(body(), headers);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([status, status === 204 ? "" : expect.stringContaining(`"${code}"`)]);
    expect(answer.headers.get("x-request-id")).toMatch(/\S/);
    if (status >= 400) {
      const refusal = JSON.parse(text) as Refusal;
      expect(refusal.requestId).toBe(answer.headers.get("x-request-id"));
      expect(refusal.message.length).toBeGreaterThan(10);
    }
  });

  test("a batch of the wrong types is refused with the path of the fault, and its neighbours are accepted", async () => {
    const bad = fresh();
    const batches = [fresh(), { ...bad, page: { ...bad.page, vw: "wide" } }, fresh()];
    const answer = await post(JSON.stringify(envelope({ batches })));
    expect(answer.status).toBe(202);
    const { accepted, duplicate, rejected } = await answer.json();
    expect({ accepted, duplicate }).toEqual({ accepted: 2, duplicate: 0 });
    expect(rejected).toMatchObject([
      { id: bad.id, code: "batch_invalid", message: expect.stringContaining("/page/vw") },
    ]);
  });

  test("the same batch twice is a duplicate, not an error", async () => {
    const twice = JSON.stringify(envelope());
    expect((await post(twice)).status).toBe(204);
    const again = await post(twice);
    expect([202, 204]).toContain(again.status);
    if (again.status === 202) expect(await again.json()).toMatchObject({ duplicate: 1, rejected: [] });
  });

  test("it is alive and ready afterwards", async () => {
    const answer = await fetch(`${new URL(url()).origin}/health/ready`);
    await answer.body?.cancel();
    expect(answer.status).toBe(200);
  });
});

describe("bad input to the collector alone", () => {
  test("a wrong signature is answered with 401 signature_invalid", async () => {
    const answer = await fetch(`${system.collector}/v1/batches`, {
      method: "POST",
      body: JSON.stringify(envelope()),
      headers: {
        "relay-key-id": "rk_unknown00000",
        "webhook-id": "msg_1",
        "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
        "webhook-signature": "v1,AAAA",
      },
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "signature_invalid" });
  });

  test("a wrong read key is answered with 401 token_invalid", async () => {
    const answer = await fetch(`${system.collector}/v1/sites/${system.site}/summary`, {
      headers: { authorization: "Bearer rd_wrong" },
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "token_invalid" });
  });

  test("a misspelt parameter is answered with the nearest right one", async () => {
    await expect(system.ask(`/sites/${system.site}/summary?perod=day`)).rejects.toThrow(/query_invalid.*period/s);
  });

  test("all that was accepted arrives, once", async () => {
    // Per server: unknown fields, two odd clocks, two neighbours, one that came twice.
    const each = 6;
    const stored = await until("everything to be stored", async () => {
      const answer = await system.ask<DeliveryAnswer>(`/sites/${system.site}/delivery?period=30d`);
      return answer.received >= 2 * each ? answer : null;
    });
    expect(stored.received).toBe(2 * each);
  });
});
