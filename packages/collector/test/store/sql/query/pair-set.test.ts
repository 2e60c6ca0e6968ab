import fc from "fast-check";
import { expect, test } from "vitest";
import { pairSet } from "../../../../src/store/sql/query/pair-set.js";

test("a set of pairs knows what a set of their texts knows", () => {
  const number = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 2 ** 31 - 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 3_000 }), (pairs) => {
      const set = pairSet();
      const reference = new Set<string>();
      for (const [a, b] of pairs) {
        expect(set.add(a, b)).toBe(!reference.has(`${a} ${b}`));
        reference.add(`${a} ${b}`);
      }
    }),
    { numRuns: 30 },
  );
});
