import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitReader, unfolded } from "../../../src/store/value/bit-reader.js";
import { bitWriter, folded, lowBits, widthOf } from "../../../src/store/value/bit-writer.js";

const number = fc.oneof(fc.nat({ max: 300 }), fc.nat(), fc.maxSafeNat());
const part = fc.oneof(
  fc.tuple(fc.constant("bits" as const), number, fc.nat({ max: 8 })),
  fc.tuple(fc.constant("sized" as const), number, fc.constant(0)),
  fc.tuple(fc.constant("rice" as const), number, fc.nat({ max: 50 })),
);

describe("numbers as bits", () => {
  test("come back as they were, in whatever order they are written", () => {
    const writer = bitWriter(4);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        writer.begin([7]);
        for (const [kind, value, more] of parts) {
          if (kind === "bits") writer.bits(value, Math.min(53, widthOf(value) + more));
          else if (kind === "sized") writer.sized(value);
          else writer.rice(value, more);
        }
        const bytes = writer.take();
        expect(bytes[0]).toBe(7);
        const reader = bitReader(Uint8Array.from([1, ...bytes, 255]), 2, bytes.length + 1);
        for (const [kind, value, more] of parts) {
          if (kind === "bits") expect(reader.bits(Math.min(53, widthOf(value) + more))).toBe(value);
          else if (kind === "sized") expect(reader.sized()).toBe(value);
          else expect(reader.rice(more)).toBe(value);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("are refused where they end early", () => {
    const writer = bitWriter();
    writer.begin([]);
    writer.bits(1_000, 10);
    const { bits } = bitReader(writer.take());
    expect(bits(10)).toBe(1_000);
    expect(bits(6)).toBe(0);
    expect(() => bits(1)).toThrow(RangeError);
  });

  test("of either sign come back from numbers of none", () => {
    fc.assert(fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (value) => unfolded(folded(value)) === value));
  });

  test("near their mean take little more than its bits", () => {
    expect([lowBits(0, 0), lowBits(0, 5), lowBits(400, 4), lowBits(40_000, 4)]).toEqual([0, 0, 6, 12]);
  });
});
