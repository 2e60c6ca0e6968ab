import { heatGrid } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layer } from "../../../src/app/heat/layer.js";

const size = { width: 1280, height: 800 };

describe("layer", () => {
  test("keeps what is on the page and counts what lies below its end", () => {
    const page = layer(
      [
        [0, 0, 2],
        [127, 49, 3],
        [5, 50, 4],
        [-1, 3, 1],
        [128, 3, 1],
      ],
      size,
    );
    expect(page.cells).toEqual([
      [0, 0, 2],
      [127, 49, 3],
    ]);
    expect(page.count).toBe(5);
    expect(page.outside).toBe(6);
    expect(page.cellWidth).toBe(10);
    expect(page.rows).toBe(50);
  });

  test("stays drawable for a page without a size", () => {
    const page = layer([[0, 0, 1]], { width: 0, height: 0 });
    expect(page.rows).toBe(1);
    expect(page.width).toBeGreaterThan(0);
    expect(page.count).toBe(1);
  });

  test("cuts a page that no screen could show", () => {
    const page = layer([[0, 1_000_000, 7]], { width: 1280, height: 1e9 });
    expect(page.rows * heatGrid.rowPixels).toBeLessThan(200_000);
    expect(page.outside).toBe(7);
  });

  test("loses no count, wherever the cells are", () => {
    const cell = fc.tuple(fc.integer({ min: -5, max: 140 }), fc.integer({ min: -5, max: 90 }), fc.nat(50));
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const page = layer(cells, size);
        expect(page.count + page.outside).toBe(cells.reduce((sum, [, , n]) => sum + n, 0));
      }),
    );
  });
});
