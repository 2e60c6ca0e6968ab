import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fullJitter } from "../../src/forward/backoff.js";

describe("full jitter", () => {
  test("lies between nothing and a bound that doubles up to the longest pause", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, (failures, value) => {
        const pause = fullJitter(failures, { firstMs: 500, maxMs: 60_000, random: () => value });
        const bound = failures > 7 ? 60_000 : 500 * 2 ** (failures - 1);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThan(Math.min(60_000, bound) + 1e-9);
      }),
    );
  });

  test("spreads over the whole of its range", () => {
    const at = (value: number): number => fullJitter(3, { firstMs: 500, maxMs: 60_000, random: () => value });
    expect([at(0), at(0.5), at(0.9999)]).toEqual([0, 1_000, 1_999]);
  });
});
