import { gzipSync } from "node:zlib";
import type { Refusal } from "@isotherm/protocol";
import { batchOf, envelopeOf } from "@isotherm/protocol/fixtures";
import { expect } from "vitest";
import type { StandIn } from "../../packages/relay/test/kit/stand-in.js";
import { until } from "../kit/until.js";

/** A relay in an app, as a page of the site meets it. */
export interface Face {
  /** Address of the intake. */
  readonly intake: string;
  /** What the platform itself adds to a request. @default {} */
  readonly platform?: Record<string, string>;
  /** The network that visitors are in, as the app is told by its platform. */
  readonly ip: string;
  /** A 204 comes when the batch is on this disk, or when the collector has it. */
  readonly durable: boolean;
  /** Whether its runtime can unpack gzip. @default true */
  readonly unpacks?: boolean;
}

const origin = "https://shop.example";

/** Goes through what a page may meet: batches, as the SDK sends them, and every kind of refusal. */
export async function expectFace(face: Face, collector: StandIn): Promise<void> {
  const { intake, platform = {}, ip, durable, unpacks = true } = face;
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(intake, {
      method: "POST",
      headers: { origin, "content-type": "text/plain;charset=UTF-8", ...platform, ...headers },
      body: body as BodyInit,
    });
  const envelope = (batch: object, key?: string): string =>
    JSON.stringify({ ...envelopeOf(key === undefined ? {} : { key }), batches: [batch] });
  const arrived = (id: string) => until(`batch ${id} at the collector`, async () => collector.stored.get(id));
  const refusalOf = async (response: Response): Promise<readonly [number, string]> => [
    response.status,
    ((await response.json()) as Refusal).code,
  ];

  // Whoever could choose the address in this header could be anybody.
  const plain = batchOf({ at: Date.now() });
  const taken = await send(envelope(plain), { "x-forwarded-for": "198.51.100.9" });
  expect([taken.status, await taken.text()]).toEqual([204, ""]);
  expect(taken.headers.get("access-control-allow-origin")).toBe(origin);
  // Under a wrong signature the stand-in stores nothing, and without a seal neither.
  expect(await arrived(plain.id)).toMatchObject({
    ...plain,
    edge: { ip, host: "shop.example", visitor: expect.any(String) },
  });

  const packed = batchOf({ at: Date.now() });
  const unpacked = await send(gzipSync(envelope(packed)), { "content-encoding": "gzip" });
  if (!unpacks) expect(await refusalOf(unpacked)).toEqual([415, "encoding_unsupported"]);
  else {
    expect(unpacked.status).toBe(204);
    await arrived(packed.id);
  }

  const many = Array.from({ length: 24 }, (_, seq) => batchOf({ at: Date.now(), seq }));
  const answers = await Promise.all(many.map((batch) => send(envelope(batch))));
  expect(answers.map(({ status }) => status)).toEqual(many.map(() => 204));
  for (const { id } of many) await arrived(id);

  const preflight = await fetch(intake, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-encoding" },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "POST"]);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("content-encoding");

  const notJson = await send("{");
  expect(notJson.headers.get("access-control-allow-origin")).toBe(origin);
  expect(notJson.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await refusalOf(notJson)).toEqual([400, "envelope_invalid"]);
  expect(await refusalOf(await send("x".repeat(1_048_577)))).toEqual([413, "body_too_large"]);
  expect(await refusalOf(await send("{}", { "content-encoding": "br" }))).toEqual([415, "encoding_unsupported"]);
  const strange = await send(envelope(plain), { origin: "https://evil.example" });
  expect(await refusalOf(strange)).toEqual([403, "origin_refused"]);
  expect(await refusalOf(await send(envelope(plain, "pk_nobody")))).toEqual([401, "key_unknown"]);
  expect(await refusalOf(await fetch(intake, { headers: platform }))).toEqual([405, "method_refused"]);

  collector.next = () => ({ status: 500 });
  const late = batchOf({ at: Date.now() });
  const early = await send(envelope(late));
  if (durable) expect(early.status).toBe(204);
  else {
    expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusalOf(early)).toEqual([503, "unavailable"]);
  }
  expect(collector.stored.has(late.id)).toBe(false);
  collector.next = () => "take";
  if (!durable) expect((await send(envelope(late))).status).toBe(204);
  await arrived(late.id);
  expect([...collector.arrivals.keys()].every((id) => collector.stored.has(id))).toBe(true);
}
