import type { HeatElement } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cell, layer } from "../../../src/app/heat/layer.js";
import { elementAt, spot } from "../../../src/app/heat/spot.js";

const size = { width: 1280, height: 1600 };
const element = (anchor: string, at: HeatElement["at"]): HeatElement => ({
  anchor,
  at,
  count: at.reduce((sum, [, , n]) => sum + n, 0),
  rage: 0,
  dead: 0,
  cells: [],
  fixed: false,
});

describe("spot", () => {
  test("answers the count of the cell under the pointer, also at its very edge", () => {
    const page = layer(
      [
        [40, 30, 7],
        [41, 30, 100],
      ],
      size,
    );
    expect(spot(page, 400.1, 480.1, 0.5, 200)).toEqual({ count: 7, share: 7 / 200 });
    expect(spot(page, 409.9, 495.9, 0.5, 200)).toEqual({ count: 7, share: 7 / 200 });
    expect(spot(page, 399.9, 480.1, 0.5, 200).count).toBe(0);
  });

  test("adds the cells whose centres lie within the ring", () => {
    const page = layer(
      [
        [40, 30, 1],
        [42, 30, 10],
        [44, 30, 100],
        [40, 31, 1_000],
      ],
      size,
    );
    expect(spot(page, 405, 488, 20, 1_111).count).toBe(1_011);
  });

  test("has a share of nothing when there is nothing", () => {
    expect(spot(layer([], size), 10, 10, 20, 0)).toEqual({ count: 0, share: 0 });
  });

  test("equals the counts there, for any cells and any ring", () => {
    const cell = fc.tuple(fc.nat(127), fc.nat(99), fc.integer({ min: 1, max: 99 }));
    const place = fc.tuple(fc.nat(1279), fc.nat(1599), fc.integer({ min: 1, max: 300 }));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 60 }), place, (cells: Cell[], [x, y, radius]) => {
        const counted = cells
          .filter(([column, row]) => {
            const under = Math.floor(x / 10) === column && Math.floor(y / 16) === row;
            return under || Math.hypot(column * 10 + 5 - x, row * 16 + 8 - y) <= radius;
          })
          .reduce((sum, [, , n]) => sum + n, 0);
        expect(spot(layer(cells, size), x, y, radius, 1).count).toBe(counted);
      }),
    );
  });

  test("covers the whole page with a ring that is large enough", () => {
    const page = layer(
      [
        [0, 0, 3],
        [127, 99, 4],
        [64, 50, 5],
      ],
      size,
    );
    expect(spot(page, 640, 800, 5_000, page.count)).toEqual({ count: 12, share: 1 });
  });
});

describe("elementAt", () => {
  test("names the element with most presses within the ring", () => {
    const page = layer([], size);
    const elements = [
      element("#a", [
        [40, 30, 5],
        [90, 30, 500],
      ]),
      element("#b", [[40, 30, 6]]),
    ];
    expect(elementAt(elements, page, 405, 488, 15)?.anchor).toBe("#b");
    expect(elementAt(elements, page, 905, 488, 15)?.anchor).toBe("#a");
    expect(elementAt(elements, page, 5, 5, 15)).toBeUndefined();
  });
});
