import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBands, eachBand, encodeBands } from "../../../src/store/derive/band-code.js";
import { cellOnPage, trailCells } from "../../../src/store/derive/heat.js";
import { decodeTrails, eachTrailPoint, encodeTrails } from "../../../src/store/derive/trail-code.js";

const far = 14 * 86_400_000;
const number = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -far, max: far }));
const even = fc
  .tuple(number, fc.tuple(number, number), fc.array(fc.tuple(number, number), { maxLength: 30 }))
  .map(([time, start, steps]) => [...start, ...steps.flatMap(([dx, dy]) => [time, dx, dy])]);
const trails = fc.array(fc.oneof(even, fc.array(number, { maxLength: 40 })), { maxLength: 8 });

describe("trails as bytes", () => {
  test("come back as they were, also where they end in the middle of a step", () => {
    fc.assert(
      fc.property(trails, (paths) => {
        expect(decodeTrails(encodeTrails(paths))).toEqual(paths);
      }),
    );
  });

  test("tell the points that the trails have, from the middle of other bytes too", () => {
    fc.assert(
      fc.property(trails, fc.integer({ min: 1, max: 3_000 }), (paths, dw) => {
        const bytes = encodeTrails(paths);
        const around = Uint8Array.from([0xff, ...bytes, 0xff]);
        const found: number[] = [];
        eachTrailPoint(around, 1, bytes.length + 1, (x, y) => found.push(cellOnPage(x, y, { dw })));
        const expected: number[] = [];
        for (const path of paths) trailCells(path, { dw }, (cell) => expected.push(cell));
        expect(found).toEqual(expected);
      }),
    );
  });

  test("take about a quarter less than a byte for each value", () => {
    const path = [400, 300, ...Array.from({ length: 20 }, (_, n) => [50, 20 - n, n - 10]).flat()];
    expect(encodeTrails([path, path])).toHaveLength(70);
  });

  test("are read as they were written first", () => {
    // The first one's steps all take 50 ms, and those of the second do not.
    const first = Uint8Array.from([17, 100, 160, 6, 216, 4, 20, 19, 2, 4, 16, 2, 4, 6, 8, 10, 12, 14, 16]);
    const trails = [
      [400, 300, 50, 10, -10, 50, 1, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ];
    expect(decodeTrails(first)).toEqual(trails);
    const points: number[] = [];
    eachTrailPoint(Uint8Array.from([255, ...first]), 1, first.length + 1, (x, y) => points.push(x, y));
    expect(points).toEqual([400, 300, 410, 290, 411, 292, 1, 2, 5, 7, 12, 15]);
  });

  test("are refused when they end early", () => {
    const bytes = encodeTrails([[400, 300, 50, 1_000, -1_000]]);
    expect(() => decodeTrails(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
  });
});

test("bands come back as they were", () => {
  const bands = fc.array(fc.tuple(fc.nat({ max: 33_554_432 }), fc.nat({ max: far })), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(bands, { maxLength: 5 }), (lists) => {
      const bytes = encodeBands(lists);
      expect(decodeBands(bytes)).toEqual(lists);
      const found: (readonly [number, number])[] = [];
      eachBand(Uint8Array.from([0xff, ...bytes]), 1, bytes.length + 1, (band, ms) => found.push([band, ms]));
      expect(found).toEqual(lists.flat());
    }),
  );
});

test("bands are read as they were written first", () => {
  const first = Uint8Array.from([2, 5, 244, 3, 6, 10, 0, 1, 9, 7]);
  expect(decodeBands(first)).toEqual([
    [
      [5, 500],
      [6, 10],
    ],
    [],
    [[9, 7]],
  ]);
  const found: (readonly [number, number])[] = [];
  eachBand(Uint8Array.from([255, ...first]), 1, first.length + 1, (band, ms) => found.push([band, ms]));
  expect(found).toEqual([
    [5, 500],
    [6, 10],
    [9, 7],
  ]);
});
