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
