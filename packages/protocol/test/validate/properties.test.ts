import { type EventType, limits } from "@isotherm/protocol";
import { batchOf, edgeOf, envelopeOf, fixtures, pageOf } from "@isotherm/protocol/fixtures";
import {
  type AnySchema,
  envelopeSchema,
  eventSchemas,
  sealedBatchSchema,
  sealedEnvelopeSchema,
} from "@isotherm/protocol/schema";
import { readEnvelope } from "@isotherm/protocol/validate";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envelope } from "../arbitrary/batch.js";
import { faultsOf, replaced } from "../arbitrary/fault.js";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const schemaOf = (type: string): AnySchema | undefined => eventSchemas[type as EventType];

/** A batch with every field and every event type of this version. */
const full = {
  ...batchOf({
    last: true,
    dropped: { size: 3, quota: 1, before_send: 0 },
    visitor: "v",
    user: "u",
    session: "s",
    rate: 0.25,
    page: pageOf(),
    events: Object.values(fixtures),
  }),
  edge: edgeOf({
    previous: "p",
    address: "203.0.113.7",
    ch: { platform: "macOS", mobile: false, brands: '"Chromium";v="150"' },
    country: "FR",
    privacy: "gpc",
  }),
};

describe("what an SDK can build", () => {
  test("is accepted unchanged, with its bytes and nothing unknown", () => {
    fc.assert(
      fc.property(envelope, (sent) => {
        const wire = JSON.parse(JSON.stringify(sent));
        expect(readEnvelope(bytes(sent), { sealed: false })).toEqual({
          ok: true,
          key: sent.key,
          sentAt: sent.sentAt,
          gone: wire.gone ?? [],
          unknown: 0,
          batches: wire.batches.map((batch: unknown) =>
            expect.objectContaining({ ok: true, batch, bytes: bytes(batch).length, unknown: 0 }),
          ),
        });
      }),
      { numRuns: 150 },
    );
  });
});

describe("a fault in a known field", () => {
  const faults = faultsOf(full, sealedBatchSchema, schemaOf);

  test("can be made in every field of every event", () => {
    const spoiled = new Set(faults.map(({ path }) => path.replace(/\/\d+/g, "/_")));
    const count = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? Object.values(value).reduce<number>((sum, inner) => sum + count(inner), 0) + 1
        : 1;
    // Trails and bands hold more than one number at a path of the same shape; props and traits hold what they like.
    expect(spoiled.size).toBeGreaterThan(90);
    expect(faults.length).toBeGreaterThan(count(full));
  });

  test("refuses the batch, with the path of the fault, and leaves its neighbours alone", () => {
    const neighbour = { ...batchOf(), edge: edgeOf() };
    for (const { path, value } of faults) {
      const batches = [neighbour, replaced(full, path, value), neighbour];
      const read = readEnvelope(bytes({ ...envelopeOf(), batches }), { sealed: true });
      if (!read.ok) throw new Error(`${path}: the envelope was refused`);
      const [before, spoiled, after] = read.batches;
      expect([before?.ok, after?.ok]).toEqual([true, true]);
      if (spoiled === undefined || spoiled.ok) throw new Error(`${path} = ${JSON.stringify(value)} was accepted`);
      expect(spoiled.rejection.code).toBe("batch_invalid");
      // A list's fault may lie in its items, and an item's fault is its list's.
      expect(spoiled.rejection.message.split(" ")[0]).toMatch(
        new RegExp(`^/batches/1${path.replace(/\W/g, "\\$&")}(/\\d+)*$`),
      );
    }
  });

  test("refuses the batch that lacks a field, naming it", () => {
    const required = (schema: AnySchema) => schema.required as readonly string[];
    const without = (value: object, field: string) => ({ ...value, [field]: undefined });
    const cases = [
      ...required(sealedBatchSchema).map((field) => [without(full, field), field] as const),
      ...Object.values(fixtures).flatMap((event) =>
        required(schemaOf(event.type) as AnySchema).map(
          (field) => [{ ...full, events: [without(event, field)] }, field] as const,
        ),
      ),
    ];
    expect(cases.length).toBeGreaterThan(50);
    for (const [batch, field] of cases) {
      const read = readEnvelope(bytes({ ...envelopeOf(), batches: [batch] }), { sealed: true });
      const message = field === "edge" ? "/edge must be object" : `must have required property '${field}'`;
      expect(read).toMatchObject({ batches: [{ rejection: { message: expect.stringContaining(message) } }] });
    }
  });
});

describe("the published schemas", () => {
  // Whole schemas, compiled by ajv here and now: what third parties would do with them.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
  const publishedOpen = ajv.compile(envelopeSchema);
  const publishedSealed = ajv.compile(sealedEnvelopeSchema);

  test("accept what is accepted here", () => {
    fc.assert(
      fc.property(envelope, (sent) => publishedOpen(JSON.parse(JSON.stringify(sent)))),
      { numRuns: 50 },
    );
    expect(publishedSealed(JSON.parse(JSON.stringify({ ...envelopeOf(), batches: [full] })))).toBe(true);
  });

  test("refuse what is refused here, at the same place", () => {
    for (const { path, value } of faultsOf(full, sealedBatchSchema, schemaOf)) {
      const sent = JSON.parse(JSON.stringify({ ...envelopeOf(), batches: [replaced(full, path, value)] }));
      const read = readEnvelope(JSON.stringify(sent), { sealed: true });
      const ours = read.ok && read.batches.every(({ ok }) => ok);
      expect([path, value, publishedSealed(sent)]).toEqual([path, value, ours]);
    }
  });
});

describe("what a newer sender knows", () => {
  const word = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== "type");
  const extras = fc.dictionary(
    word.map((name) => `x-${name}`),
    fc.jsonValue({ maxDepth: 2 }),
    { minKeys: 1, maxKeys: 5 },
  );

  test("passes in every place as it is, and is counted", () => {
    fc.assert(
      fc.property(extras, extras, extras, extras, (inEnvelope, inBatch, inPage, inEvent) => {
        const batch = {
          ...inBatch,
          ...full,
          page: { ...inPage, ...full.page },
          events: [
            { ...inEvent, ...fixtures.click },
            { ...inEvent, type: "hologram", t: 3 },
          ],
        };
        const counts = [inBatch, inPage, inEvent].map((fields) => Object.keys(fields).length);
        const unknown = counts.reduce((a, b) => a + b, 0) + 1;
        const wire = JSON.stringify({ ...inEnvelope, ...envelopeOf(), batches: [batch] });
        expect(readEnvelope(wire, { sealed: true })).toMatchObject({
          ok: true,
          unknown: unknown + Object.keys(inEnvelope).length,
          batches: [{ ok: true, unknown, batch: JSON.parse(JSON.stringify(batch)) }],
        });
      }),
      { numRuns: 60 },
    );
  });

  test("is counted in the smallest places too", () => {
    const batch = {
      ...full,
      dropped: { ...full.dropped, other: 2 },
      edge: { ...full.edge, more: 1, ch: { ...full.edge.ch, more: 1 } },
      events: [{ ...fixtures.click, box: { el: "", x: 0, y: 0, z: 1 } }],
    };
    const gone = [{ tab: "t", seq: 1, n: 1, reason: "of_tomorrow", at: 5 }];
    expect(readEnvelope(JSON.stringify({ ...envelopeOf(), batches: [batch], gone }), { sealed: true })).toMatchObject({
      unknown: 5,
      batches: [{ unknown: 4 }],
    });
  });

  test("is bounded per batch, and its events still need a type and a time", () => {
    const fields = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, 0]));
    const verdict = (batch: object) =>
      readEnvelope(JSON.stringify({ ...envelopeOf(), batches: [batch] }), { sealed: false });
    expect(verdict({ ...batchOf(), ...fields(limits.unknown) })).toMatchObject({
      batches: [{ unknown: limits.unknown }],
    });
    expect(verdict({ ...batchOf(), ...fields(limits.unknown + 1) })).toMatchObject({
      batches: [{ rejection: { code: "batch_invalid", message: expect.stringContaining("unknown") } }],
    });
    for (const event of [{ type: "hologram" }, { t: 1 }, { type: "hologram", t: "1" }, { type: "", t: 1 }])
      expect(verdict({ ...batchOf(), events: [event] })).toMatchObject({
        batches: [{ rejection: { message: expect.stringMatching(/^\/batches\/0\/events\/0/) } }],
      });
    expect(
      readEnvelope(JSON.stringify({ ...envelopeOf(), ...fields(limits.unknown + 1) }), { sealed: false }),
    ).toMatchObject({ ok: false, message: expect.stringContaining("unknown") });
  });
});

describe("any body", () => {
  const modes = fc.boolean().map((sealed) => ({ sealed }));

  test("is answered without a throw when it is bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), modes, (body, mode) => "ok" in readEnvelope(body, mode)));
  });

  test("is answered without a throw when it is JSON", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 20 }), modes, (body, mode) => "ok" in readEnvelope(body, mode)));
  });

  test("is answered without a throw when it looks like an envelope", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const event = fc.record(
      {
        type: fc.oneof(fc.constantFrom(...Object.keys(fixtures), "__proto__", "constructor"), value),
        t: value,
        path: value,
        props: value,
      },
      { requiredKeys: [] },
    );
    const batch = fc.oneof(
      value,
      fc
        .record({ events: fc.oneof(value, fc.array(event)), page: value, edge: value }, { requiredKeys: [] })
        .map((part) => ({ ...full, ...part })),
    );
    const body = fc.record(
      { v: fc.constant(1), key: fc.constant("k"), batches: fc.array(batch), gone: value },
      { requiredKeys: ["v", "key", "batches"] },
    );
    fc.assert(
      fc.property(body, modes, (sent, mode) => "ok" in readEnvelope(JSON.stringify(sent), mode)),
      { numRuns: 300 },
    );
  });

  test("is answered without a throw when it is cut or changed anywhere", () => {
    const whole = bytes({ ...envelopeOf(), batches: [full] });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), modes, (at, byte, mode) => {
        const changed = whole.slice();
        changed[at] = byte;
        return "ok" in readEnvelope(whole.slice(0, at), mode) && "ok" in readEnvelope(changed, mode);
      }),
      { numRuns: 500 },
    );
  });

  test("cannot reach a prototype", () => {
    const evil = `"__proto__":{"polluted":true,"id":"x"},"constructor":{"prototype":{"polluted":true}}`;
    const good = JSON.stringify(batchOf()).slice(1, -1);
    const event = `{"type":"custom","t":0,"name":"n","props":{${evil}},${evil}}`;
    const other = `{"type":"__proto__","t":0},{"type":"constructor","t":0},{"type":"toString","t":0}`;
    const batch = `{${evil},${good.replace(/"events":.*$/, "")}"events":[${event},${other}],"edge":{${evil}}}`;
    const read = readEnvelope(`{${evil},"v":1,"key":"k","batches":[${batch}]}`, { sealed: false });
    expect(read).toMatchObject({ ok: true, unknown: 9, batches: [{ ok: true, unknown: 7 }] });
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    const fake = readEnvelope(`{"v":1,"key":"k","batches":[{"__proto__":{${good}}}]}`, { sealed: false });
    expect(fake).toMatchObject({ batches: [{ ok: false, rejection: { id: "#0" } }] });
  });
});
