import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHeat, encodeHeat } from "../../../src/store/derive/heat-code.js";
import { addCell, type HeatCounts, noHeat } from "../../../src/store/derive/heat-counts.js";

const entries = fc.array(
  fc.record({
    list: fc.constantFrom("inside" as const, "onPage" as const),
    element: fc.nat({ max: 2 ** 40 }),
    cell: fc.nat({ max: 2 ** 32 }),
    count: fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).filter((count) => count !== 0),
  }),
);

const countsOf = (
  all: readonly { list: keyof HeatCounts; element: number; cell: number; count: number }[],
): HeatCounts => {
  const counts = noHeat();
  for (const { list, element, cell, count } of all) addCell(counts[list], element, cell, count);
  return counts;
};

/** Without cells that came to nothing, in an order of their own. */
const plain = ({ inside, onPage }: HeatCounts): unknown =>
  [inside, onPage].map((list) =>
    [...list]
      .flatMap(([element, cells]) => [...cells].map(([cell, count]) => [element, cell, count] as const))
      .filter(([, , count]) => count !== 0)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
  );

describe("encoded heat", () => {
  test("is decoded to what it was", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const decoded = noHeat();
        decodeHeat(encodeHeat(countsOf(all)), decoded);
        expect(plain(decoded)).toEqual(plain(countsOf(all)));
      }),
    );
  });

  test("adds up with what is there, so that parts can be summed in any order", () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const sum = noHeat();
        for (const part of [b, a]) decodeHeat(encodeHeat(countsOf(part)), sum);
        expect(plain(sum)).toEqual(plain(countsOf([...a, ...b])));
      }),
    );
  });

  test("takes one byte for a further click near another", () => {
    const one = encodeHeat(countsOf([{ list: "inside", element: 7, cell: 100, count: 1 }]));
    const two = encodeHeat(
      countsOf([100, 110].map((cell) => ({ list: "inside" as const, element: 7, cell, count: 1 }))),
    );
    expect(two.length - one.length).toBe(1);
  });

  test("is read as it was written first", () => {
    // Inside element 7 the cells 100 and 110, once and thrice; on the page two cells of element 0 and one of element 3.
    const first = [2, 7, 100, 2, 0, 10, 6, 3, 0, 5, 2, 0, 200, 1, 4, 3, 9, 1];
    const decoded = noHeat();
    decodeHeat(Uint8Array.from(first), decoded);
    expect(plain(decoded)).toEqual([
      [
        [7, 100, 1],
        [7, 110, 3],
      ],
      [
        [0, 5, 1],
        [0, 205, 2],
        [3, 9, -1],
      ],
    ]);
  });

  test("is read as it was written next", () => {
    // Inside element 7 the cells 100 and 110, once and thrice; on the page cell 5 of element 0.
    const decoded = noHeat();
    decodeHeat(Uint8Array.from([128, 0, 1, 7, 2, 200, 1, 21, 6, 1, 0, 1, 10]), decoded);
    expect(plain(decoded)).toEqual([
      [
        [7, 100, 1],
        [7, 110, 3],
      ],
      [[0, 5, 1]],
    ]);
  });

  test("of a dense picture takes less than a byte for a cell", () => {
    const cells = Array.from({ length: 1_000 }, (_, n) => n * 20 + ((n * 7) % 20));
    const bytes = encodeHeat(countsOf(cells.map((cell) => ({ list: "onPage" as const, element: 0, cell, count: 1 }))));
    expect(bytes.length).toBeLessThan(900);
  });

  test("is refused when it was cut short", () => {
    const bytes = encodeHeat(countsOf([{ list: "inside", element: 7, cell: 100, count: 1 }]));
    expect(() => decodeHeat(bytes.subarray(0, -1), noHeat())).toThrow(RangeError);
  });
});
