import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buckets } from "../../src/auth/buckets.js";

describe("buckets", () => {
  test("grant a minute's allowance at once, then as it comes in", () => {
    let now = 0;
    const bucket = buckets({ perMinute: 60, now: () => now });
    expect(bucket.take("a", 60)).toBe(0);
    expect(bucket.take("a")).toBe(1_000);
    now += 1_000;
    expect(bucket.take("a")).toBe(0);
    expect(bucket.take("b")).toBe(0);
  });

  test("grant more than they hold to a full bucket, which then owes the rest", () => {
    let now = 0;
    const bucket = buckets({ perMinute: 60, now: () => now });
    expect(bucket.take("a", 120)).toBe(0);
    expect(bucket.take("a")).toBe(61_000);
    now += 61_000;
    expect(bucket.take("a")).toBe(0);
  });

  test("forget the longest unused names first", () => {
    const bucket = buckets({ perMinute: 1, now: () => 0, maxNames: 2 });
    for (const name of ["a", "b", "c"]) expect(bucket.take(name)).toBe(0);
    expect(bucket.take("c")).toBeGreaterThan(0);
    expect(bucket.take("b")).toBeGreaterThan(0);
    expect(bucket.take("a")).toBe(0);
  });

  test("never grant more than the allowance and what came in, however time jumps", () => {
    const steps = fc.array(
      fc.record({ n: fc.integer({ min: 1, max: 50 }), ms: fc.integer({ min: -5_000, max: 5_000 }) }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        let now = 1_000_000;
        let ahead = 0;
        let granted = 0;
        const bucket = buckets({ perMinute: 60, now: () => now });
        for (const { n, ms } of all) {
          now += ms;
          ahead += Math.max(0, ms);
          if (bucket.take("a", n) === 0) granted += n;
        }
        expect(granted).toBeLessThanOrEqual(60 + ahead / 1_000 + 1e-6);
      }),
    );
  });

  test("are told the wait that is then granted", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (perMinute, n) => {
        let now = 0;
        const bucket = buckets({ perMinute, now: () => now });
        bucket.take("a", perMinute);
        now += bucket.wait("a", n);
        expect(bucket.take("a", n)).toBe(0);
      }),
      // Was refused when a token was a fraction of a float: 3 tokens at 144 a minute.
      { examples: [[144, 3]] },
    );
  });
});
