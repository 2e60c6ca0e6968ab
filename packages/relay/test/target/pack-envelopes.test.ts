import type { Gone, SealedBatch } from "@isotherm/protocol";
import { limits } from "@isotherm/protocol";
import { sealedBatchOf } from "@isotherm/protocol/fixtures";
import { readEnvelope } from "@isotherm/protocol/validate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packEnvelopes } from "../../src/target/pack-envelopes.js";
import type { Item } from "../../src/target/target.js";

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const bounds = { batches: limits.batches, bytes: limits.requestBytes, gone: limits.gone };

const batchItem = (position: number, key: string, padding = 0): Item => {
  const batch: SealedBatch = sealedBatchOf({ page: { ...sealedBatchOf().page, title: "é".repeat(padding) } });
  return { id: batch.id, position, kind: "batch", key, site: "s", receivedAt: 1, batch: bytesOf(batch), gone: nothing };
};
const goneItem = (position: number, key: string, gone: readonly Gone[]): Item => {
  const carrier = sealedBatchOf();
  return {
    ...batchItem(position, key),
    id: `gone-${position}`,
    kind: "gone",
    batch: bytesOf(carrier),
    gone: bytesOf(gone),
  };
};
const bytesOf = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
const discard = (seq: number): Gone => ({ tab: "t", seq, n: 3, reason: "quota" });

describe("envelopes", () => {
  test("hold every item once, in order, by key, within the limits, as a collector reads them", () => {
    const plan = fc.array(
      fc.record({
        key: fc.constantFrom("pk_a", 'pk_"b'),
        padding: fc.nat(250),
        gone: fc.option(fc.integer({ min: 1, max: 40 })),
      }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(plan, (entries) => {
        const items = entries.map(({ key, padding, gone }, index) =>
          gone === null
            ? batchItem(index + 1, key, padding)
            : goneItem(
                index + 1,
                key,
                Array.from({ length: gone }, (_, seq) => discard(seq)),
              ),
        );
        const small = { ...bounds, bytes: 40_000 };
        const packed = packEnvelopes(
          items.map((item) => ({ item })),
          small,
        );
        const packedItems = packed.flatMap((envelope) => envelope.entries.map(({ item }) => item));
        expect(packedItems.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
          items.map(({ position }) => position),
        );
        for (const { body, entries: packedEntries, batchIds } of packed) {
          const members = packedEntries.map(({ item }) => item);
          expect(body.byteLength).toBeLessThanOrEqual(small.bytes);
          const read = readEnvelope(body, { sealed: true });
          if (!read.ok) throw new Error(read.message);
          expect(members.every(({ key }) => key === read.key)).toBe(true);
          expect(read.batches.map((check) => check.ok && check.batch.id)).toEqual(batchIds);
          const own = members.filter(({ kind }) => kind === "batch").map(({ id }) => id);
          expect(batchIds.slice(0, own.length)).toEqual(own);
          expect(read.gone.length).toBe(
            members.reduce((sum, { gone }) => sum + (gone.byteLength === 0 ? 0 : JSON.parse(decode(gone)).length), 0),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test("carry a batch along where discards come alone, and only there", () => {
    const alone = goneItem(1, "pk_a", [discard(1)]);
    expect(packEnvelopes([{ item: alone }], bounds)[0]?.batchIds).toHaveLength(1);
    const company = batchItem(2, "pk_a");
    expect(packEnvelopes([{ item: alone }, { item: company }], bounds)).toMatchObject([{ batchIds: [company.id] }]);
  });

  test("copy the JSON as it is", () => {
    const odd = '{"id" : "0193","big":1e20, "text":"\\u00e9"}';
    const item: Item = { ...batchItem(1, "pk_a"), batch: encoder.encode(odd) };
    const [envelope] = packEnvelopes([{ item }], bounds);
    expect(decode(envelope?.body ?? nothing)).toBe(`{"v":1,"key":"pk_a","batches":[${odd}]}`);
  });

  test("are none for no items", () => {
    expect(packEnvelopes([], bounds)).toEqual([]);
  });
});

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
