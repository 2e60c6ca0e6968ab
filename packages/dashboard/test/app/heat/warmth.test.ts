import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pressWarmth, roundSteps, trailWarmth, type Warmth } from "../../../src/app/heat/warmth.js";

describe("pressWarmth", () => {
  test("shows a single press beside ten thousand", () => {
    const heat = pressWarmth(10_000);
    expect(heat.cover(1)).toBe(1);
    expect(heat.of(1)).toBeGreaterThan(0.1);
  });

  test("lets one hot spot not drown the rest", () => {
    const heat = pressWarmth(1_000);
    // A hundredth of the peak is a hundredth of the ramp on a linear scale, where nobody sees it.
    expect(heat.of(10)).toBeGreaterThan(0.35);
    expect(heat.of(10)).toBeLessThan(heat.of(100));
    expect(heat.of(1_000)).toBe(1);
  });

  test("keeps a page of two presses from looking like a furnace", () => {
    expect(pressWarmth(2).of(2)).toBeLessThan(0.6);
  });

  test("fades to nothing where nobody pressed", () => {
    expect(pressWarmth(50).cover(0)).toBe(0);
    expect(pressWarmth(50).cover(0.05)).toBe(0);
  });
});

describe("trailWarmth", () => {
  test("leaves the quiet parts of a busy page uncovered", () => {
    const heat = trailWarmth(5_000);
    expect(heat.cover(5)).toBe(0);
    expect(heat.cover(2_500)).toBe(1);
    expect(heat.of(5_000)).toBe(1);
  });

  test("stays finite without any movement", () => {
    expect(trailWarmth(0).of(0)).toBe(0);
    expect(trailWarmth(0).ticks).toEqual([]);
  });
});

describe("every warmth", () => {
  const makers: readonly ((peak: number) => Warmth)[] = [pressWarmth, trailWarmth];
  test("rises with the density, between 0 and 1", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...makers), amount, amount, amount, (make, peak, a, b) => {
        const heat = make(peak);
        const [low, high] = a < b ? [a, b] : [b, a];
        for (const curve of [heat.of, heat.cover]) {
          expect(curve(low)).toBeLessThanOrEqual(curve(high));
          expect(curve(low)).toBeGreaterThanOrEqual(0);
          expect(curve(high)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("roundSteps", () => {
  test("names round numbers up to the peak", () => {
    expect(roundSteps(480)).toEqual([1, 3, 10, 30, 100, 300]);
    expect(roundSteps(0.6)).toEqual([1]);
    expect(roundSteps(0)).toEqual([]);
  });

  test("names at most six", () => {
    expect(roundSteps(4_000_000)).toEqual([10, 100, 1_000, 10_000, 100_000, 1_000_000]);
  });
});
