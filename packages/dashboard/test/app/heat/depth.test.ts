import { describe, expect, test } from "vitest";
import { depthMark, depthMarks, shareAt } from "../../../src/app/heat/depth.js";

const straight = Array.from({ length: 101 }, (_, i) => 1 - i / 100);

describe("shareAt", () => {
  test("reads between two per cents", () => {
    expect(shareAt(straight, 0)).toBe(1);
    expect(shareAt(straight, 0.305)).toBeCloseTo(0.695, 10);
    expect(shareAt(straight, 1)).toBe(0);
  });

  test("stays inside the page and survives an empty answer", () => {
    expect(shareAt(straight, 2)).toBe(0);
    expect(shareAt([], 0.5)).toBe(0);
  });
});

describe("depthMark", () => {
  test("is the deepest place that so many reached", () => {
    expect(depthMark(straight, 0.75)).toEqual({ share: 0.75, depth: 0.25 });
    const steps = Array.from({ length: 101 }, (_, i) => (i <= 40 ? 1 : i <= 60 ? 0.5 : 0.1));
    expect(depthMarks(steps)).toEqual([
      { share: 0.75, depth: 0.4 },
      { share: 0.5, depth: 0.6 },
      { share: 0.25, depth: 0.6 },
    ]);
  });

  test("is the page's end when everybody got there", () => {
    expect(
      depthMark(
        straight.map(() => 1),
        0.5,
      ).depth,
    ).toBe(1);
  });
});
