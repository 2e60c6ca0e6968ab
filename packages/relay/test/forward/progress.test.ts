import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { progress } from "../../src/forward/progress.js";

describe("progress", () => {
  test("never passes an open record, and counts each settled one once", () => {
    const order = fc.integer({ min: 0, max: 40 }).chain((size) =>
      fc
        .shuffledSubarray(
          Array.from({ length: size }, (_, i) => i + 1),
          { minLength: 0, maxLength: size },
        )
        .map((settled) => ({ size, settled })),
    );
    fc.assert(
      fc.property(order, ({ size, settled }) => {
        const steps = progress();
        for (let position = 1; position <= size; position++) steps.open(position);
        const done = new Set<number>();
        let cursor = 0;
        let counted = 0;
        for (const position of settled) {
          steps.settle(position, { forwarded: 1 });
          done.add(position);
          const step = steps.step();
          if (step !== undefined) {
            expect(step.position).toBeGreaterThan(cursor);
            cursor = step.position;
            counted += step.tally.forwarded ?? 0;
          }
          let contiguous = 0;
          while (done.has(contiguous + 1)) contiguous++;
          expect(cursor).toBe(contiguous);
          expect(counted).toBe(contiguous);
          expect(steps.size).toBe(size - contiguous);
        }
      }),
    );
  });

  test("adds up what became of the records it passes", () => {
    const steps = progress();
    for (const position of [3, 4, 9]) steps.open(position);
    steps.settle(9, { dead: 1 });
    steps.settle(3, { forwarded: 1 });
    expect(steps.step()).toEqual({ position: 3, tally: { forwarded: 1 } });
    steps.settle(4, { "dropped:lost": 4 });
    expect(steps.step()).toEqual({ position: 9, tally: { "dropped:lost": 4, dead: 1 } });
    expect(steps.step()).toBeUndefined();
  });
});
