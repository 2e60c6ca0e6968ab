import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeRecord, encodeRecord, type RelayRecord } from "../../src/journal-record/record.js";
import { RelayError } from "../../src/relay-error.js";

const record: fc.Arbitrary<RelayRecord> = fc.record(
  {
    kind: fc.constantFrom("batch" as const, "gone" as const),
    key: fc.string({ unit: "grapheme", maxLength: 60 }),
    site: fc.string({ unit: "grapheme", maxLength: 60 }),
    receivedAt: fc.integer({ min: 0, max: 8.64e15 }),
    batch: fc.uint8Array({ maxLength: 200 }),
    gone: fc.uint8Array({ maxLength: 50 }),
    address: fc.oneof(fc.ipV4(), fc.ipV6()),
  },
  { requiredKeys: ["kind", "key", "site", "receivedAt", "batch", "gone"] },
);

describe("journal record", () => {
  test("comes back as it went in", () => {
    fc.assert(
      fc.property(record, fc.uuid(), (given, id) => {
        const encoded = encodeRecord(id, given);
        expect(encoded.id).toBe(id);
        expect(decodeRecord(encoded.data)).toEqual(given);
      }),
    );
  });

  test("comes back from the middle of a larger buffer", () => {
    const given: RelayRecord = {
      kind: "batch",
      key: "pk_a",
      site: "s",
      receivedAt: 1,
      batch: Uint8Array.of(123, 125),
      gone: new Uint8Array(0),
    };
    const { data } = encodeRecord("x", given);
    const large = new Uint8Array(data.length + 20);
    large.set(data, 7);
    expect(decodeRecord(large.subarray(7, 7 + data.length))).toEqual(given);
  });

  test("is refused when it is anything else, never misread", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeRecord(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RelayError);
          expect((error as RelayError).code).toBe("record_invalid");
          return;
        }
        expect(bytes[0]).toBe(2);
      }),
    );
    expect(() => decodeRecord(new Uint8Array(0))).toThrow(RelayError);
  });
});
