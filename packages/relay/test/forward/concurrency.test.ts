import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concurrency } from "../../src/forward/concurrency.js";

describe("concurrency", () => {
  test("stays between one and its bound, whatever happens", () => {
    const happening = fc.oneof(fc.constant("failed" as const), fc.nat(60_000));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.array(happening, { maxLength: 300 }), (max, happenings) => {
        const flow = concurrency(max);
        for (const it of happenings) {
          const before = flow.limit;
          if (it === "failed") flow.failed();
          else flow.succeeded(it);
          expect(flow.limit).toBeGreaterThanOrEqual(1);
          expect(flow.limit).toBeLessThanOrEqual(max);
          if (it === "failed") expect(flow.limit).toBeLessThanOrEqual(before);
          else expect(flow.limit).toBeLessThanOrEqual(before + 1);
        }
      }),
    );
  });

  test("grows by one a round, and halves at a failure", () => {
    const flow = concurrency(8);
    const round = (): void => {
      for (let i = flow.limit; i > 0; i--) flow.succeeded(10);
    };
    for (let expected = 1; expected <= 8; expected++, round()) expect(flow.limit).toBe(expected);
    expect(flow.limit).toBe(8);
    flow.failed();
    expect(flow.limit).toBe(4);
  });

  test("halves when answers become much slower than usual", () => {
    const flow = concurrency(8);
    for (let i = 0; i < 100; i++) flow.succeeded(20);
    expect(flow.limit).toBe(8);
    flow.succeeded(300);
    expect(flow.limit).toBe(8);
    flow.succeeded(2_000);
    expect(flow.limit).toBe(4);
  });
});
