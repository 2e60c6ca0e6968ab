import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenBuckets } from "../../src/intake/token-buckets.js";

describe("token buckets", () => {
  test("lets no more through in any time than the bucket holds and gains in it", () => {
    const step = fc.record({ after: fc.nat(5_000), cost: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 20, max: 600 }), (steps, perMinute) => {
        let now = 0;
        const buckets = tokenBuckets({ perMinute, capacity: 10, now: () => now });
        let taken = 0;
        for (const { after, cost } of steps) {
          now += after;
          if (buckets.take("a", cost) === 0) taken += cost;
          expect(taken).toBeLessThanOrEqual(perMinute + (now / 60_000) * perMinute + 1e-6);
        }
      }),
    );
  });

  test("names a wait after which the tokens are there", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 50 }), (perMinute, cost) => {
        let now = 0;
        const buckets = tokenBuckets({ perMinute, capacity: 10, now: () => now });
        let wait = 0;
        while (wait === 0) wait = buckets.take("a", cost);
        now += wait;
        expect(buckets.take("a", cost)).toBe(0);
      }),
    );
  });

  test("gives nothing for a clock that is set back, and goes on from there", () => {
    let now = 1_000_000;
    const buckets = tokenBuckets({ perMinute: 60, capacity: 10, now: () => now });
    for (let i = 0; i < 60; i++) expect(buckets.take("a", 1)).toBe(0);
    now = 0;
    expect(buckets.take("a", 1)).toBeGreaterThan(0);
    now = 1_000;
    expect(buckets.take("a", 1)).toBe(0);
  });

  test("take back what was taken for nothing, and hold no more for it than they can", () => {
    const buckets = tokenBuckets({ perMinute: 60, capacity: 10, now: () => 0 });
    expect(buckets.take("a", 60)).toBe(0);
    expect(buckets.take("a", 1)).toBe(1_000);
    buckets.give("a", 10);
    expect(buckets.take("a", 10)).toBe(0);
    expect(buckets.take("a", 1)).toBe(1_000);
    buckets.give("a", 1_000);
    expect([buckets.take("a", 60), buckets.take("a", 1)]).toEqual([0, 1_000]);
  });

  test("keeps names apart, and lets one through that costs more than a bucket holds", () => {
    let now = 0;
    const buckets = tokenBuckets({ perMinute: 10, capacity: 10, now: () => now });
    expect(buckets.take("a", 100)).toBe(0);
    expect(buckets.take("a", 1)).toBeGreaterThan(0);
    expect(buckets.take("b", 1)).toBe(0);
    now = 10 * 60_000;
    expect(buckets.take("a", 1)).toBe(0);
  });

  test("remembers whoever is busy while strangers pass by in masses", () => {
    const buckets = tokenBuckets({ perMinute: 5, capacity: 100, now: () => 0 });
    let through = 0;
    for (let i = 0; i < 10_000; i++) {
      buckets.take(`stranger ${i}`, 1);
      if (i % 20 === 0 && buckets.take("busy", 1) === 0) through++;
    }
    expect(through).toBe(5);
  });
});
