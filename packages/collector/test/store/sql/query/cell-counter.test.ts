import fc from "fast-check";
import { expect, test } from "vitest";
import { cellCounter } from "../../../../src/store/sql/query/cell-counter.js";

test("cells are counted like in a map, however far down they are", () => {
  const cell = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 2 ** 27 }), fc.constantFrom(2 ** 20 - 1, 2 ** 20));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, fc.integer({ min: 1, max: 9 }))), (points) => {
      const counter = cellCounter();
      const expected = new Map<number, number>([[7, 1]]);
      const found = new Map<number, number>([[7, 1]]);
      for (const [at, count] of points) {
        counter.add(at, count);
        expected.set(at, (expected.get(at) ?? 0) + count);
      }
      counter.addTo(found);
      expect(found).toEqual(expected);
    }),
  );
});
