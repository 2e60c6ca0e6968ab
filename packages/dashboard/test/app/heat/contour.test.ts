import { describe, expect, test } from "vitest";
import { contour } from "../../../src/app/heat/contour.js";
import { type Density, density } from "../../../src/app/heat/density.js";
import { layer } from "../../../src/app/heat/layer.js";

const ends = (pieces: Float32Array): string[] => {
  const points: string[] = [];
  for (let i = 0; i < pieces.length; i += 2) points.push(`${pieces[i]?.toFixed(3)} ${pieces[i + 1]?.toFixed(3)}`);
  return points;
};

describe("contour", () => {
  test("lies where the bell has that height", () => {
    const field = density(layer([[40, 30, 4]], { width: 1280, height: 1600 }), 40);
    const pieces = contour(field, 2);
    const radius = 40 * Math.sqrt(2 * Math.log(2));
    expect(pieces.length).toBeGreaterThan(40);
    for (let i = 0; i < pieces.length; i += 2) {
      const distance = Math.hypot((pieces[i] ?? 0) - 405, (pieces[i + 1] ?? 0) - 488);
      expect(Math.abs(distance - radius)).toBeLessThan(1);
    }
  });

  test("closes around a hot spot: every end meets another", () => {
    const pieces = contour(
      density(
        layer(
          [
            [40, 30, 9],
            [46, 33, 4],
          ],
          { width: 1280, height: 1600 },
        ),
        30,
      ),
      3,
    );
    const seen = new Map<string, number>();
    for (const end of ends(pieces)) seen.set(end, (seen.get(end) ?? 0) + 1);
    expect([...seen.values()].every((times) => times === 2)).toBe(true);
  });

  test("draws nothing above the peak", () => {
    expect(contour(density(layer([[1, 1, 1]], { width: 1280, height: 160 }), 20), 1.5)).toHaveLength(0);
  });

  test("joins or parts the sides of a saddle by its middle", () => {
    const saddle = (low: number): Density => ({
      values: Float32Array.of(4, low, low, 4),
      nodesX: 2,
      nodesY: 2,
      stepX: 10,
      stepY: 10,
      peak: 4,
    });
    const round = (pieces: Float32Array): number[] => [...pieces].map((n) => Math.round(n * 10) / 10);
    // Middle 3, above the level of 2: the hot corners are one, the lines cut off the cold ones.
    expect(round(contour(saddle(1.9), 2))).toEqual([0, 9.5, 0.5, 10, 9.5, 0, 10, 0.5]);
    // Middle 1.5, below it: each hot corner has its own line.
    expect(round(contour(saddle(-1), 2))).toEqual([0, 4, 4, 0, 6, 10, 10, 6]);
  });
});
