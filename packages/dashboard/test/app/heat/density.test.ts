import { describe, expect, test } from "vitest";
import { bell, density, densityAt } from "../../../src/app/heat/density.js";
import { layer } from "../../../src/app/heat/layer.js";

const size = { width: 1280, height: 1600 };
const centre = (column: number, row: number): [number, number] => [(column + 0.5) * 10, (row + 0.5) * 16];

describe("density", () => {
  test("peaks at exactly one over a single count", () => {
    const field = density(layer([[40, 30, 1]], size), 20);
    expect(field.peak).toBeCloseTo(1, 6);
    expect(densityAt(field, ...centre(40, 30))).toBeCloseTo(1, 6);
  });

  test("adds what lies on one spot", () => {
    const field = density(
      layer(
        [
          [40, 30, 7],
          [90, 80, 2],
        ],
        size,
      ),
      20,
    );
    expect(densityAt(field, ...centre(40, 30))).toBeCloseTo(7, 4);
    expect(densityAt(field, ...centre(90, 80))).toBeCloseTo(2, 4);
  });

  test("falls like a bell of the given width, in both directions alike", () => {
    const field = density(layer([[40, 30, 1]], size), 20);
    const [x, y] = centre(40, 30);
    const expected = Math.exp(-(40 ** 2) / (2 * 20 ** 2));
    expect(densityAt(field, x + 40, y)).toBeCloseTo(expected, 6);
    expect(densityAt(field, x, y + 40)).toBeCloseTo(expected, 6);
    expect(densityAt(field, x - 40, y)).toBeCloseTo(expected, 6);
  });

  test("reaches no further than three widths", () => {
    const field = density(layer([[40, 30, 1]], size), 20);
    const [x, y] = centre(40, 30);
    expect(densityAt(field, x + 75, y)).toBe(0);
    expect(densityAt(field, x, y - 80)).toBe(0);
  });

  test("stays inside the page at its edges", () => {
    const field = density(
      layer(
        [
          [0, 0, 3],
          [127, 99, 5],
        ],
        size,
      ),
      30,
    );
    expect(densityAt(field, ...centre(0, 0))).toBeCloseTo(3, 5);
    expect(densityAt(field, ...centre(127, 99))).toBeCloseTo(5, 5);
    expect(densityAt(field, -1, 8)).toBe(0);
    expect(densityAt(field, 1281, 1599)).toBe(0);
    expect(densityAt(field, Number.NaN, 8)).toBe(0);
  });
});

describe("bell", () => {
  test("begins at one and never rises", () => {
    const weights = [...bell(10, 5)];
    expect(weights[0]).toBe(1);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });
});
