import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axis, labelled } from "../../../src/app/chart/axis.js";
import { metrics } from "../../../src/app/state/view.js";

describe("axis", () => {
  test("counts people in whole ones", () => {
    expect(axis("visitors", 0)).toEqual([0, 1, 2, 3, 4]);
    expect(axis("visitors", 1)).toEqual([0, 1, 2, 3, 4]);
    expect(axis("visitors", 370)).toEqual([0, 100, 200, 300, 400]);
  });

  test("steps through time as clocks do", () => {
    expect(axis("visitDuration", 162_000)).toEqual([0, 60_000, 120_000, 180_000]);
  });

  test("always holds the largest value, with a handful of lines", () => {
    const value = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...metrics), value, (metric, largest) => {
        const lines = axis(metric, largest);
        expect(lines.at(-1)).toBeGreaterThanOrEqual(largest * 0.999_999);
        expect(lines[0]).toBe(0);
        expect(lines.length).toBeGreaterThanOrEqual(2);
        expect(lines.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe("labelled", () => {
  test("spreads labels evenly and never gives more than fit", () => {
    expect(labelled(7, 10)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(labelled(30, 8)).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
    expect(labelled(5, 0)).toEqual([0]);
  });
});
