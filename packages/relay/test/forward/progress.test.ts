import { aheadMax, type Range } from "@isotherm/journal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { progress } from "../../src/forward/progress.js";

const upTo = (size: number): number[] => Array.from({ length: size }, (_, index) => index + 1);

/** Records up to a number, and some of them in the order in which they are settled, up to where the process ends. */
const history = fc
  .integer({ min: 0, max: 40 })
  .chain((size) => fc.shuffledSubarray(upTo(size)).map((settled) => ({ size, settled })));

describe("progress", () => {
  test("never passes an open record, says what is settled behind it, and counts each settled one once", () => {
    fc.assert(
      fc.property(history, ({ size, settled }) => {
        const steps = progress({ position: 0 });
        for (const position of upTo(size)) expect(steps.open(position)).toBe(true);
        const done = new Set<number>();
        let counted = 0;
        for (const position of settled) {
          steps.settle(position, { forwarded: 1 });
          done.add(position);
          const step = steps.step();
          counted += step?.tally.forwarded ?? 0;
          const contiguous = upTo(size + 1).findIndex((place) => !done.has(place));
          expect(step?.position).toBe(contiguous);
          expect(counted).toBe(done.size);
          expect(steps.size).toBe(size - contiguous);
          expect(placesOf(step?.ahead)).toEqual([...done].filter((it) => it > contiguous).sort((a, b) => a - b));
        }
        expect(steps.step()).toBeUndefined();
      }),
    );
  });

  test("goes on in the next run where this one ended: what was settled stays so, and is not counted again", () => {
    fc.assert(
      fc.property(history, ({ size, settled }) => {
        const first = progress({ position: 0 });
        for (const position of upTo(size)) first.open(position);
        for (const position of settled) first.settle(position, { forwarded: 1 });
        const left = first.step() ?? { position: 0, ahead: [] };
        const second = progress(left);
        const open = upTo(size).filter((position) => position > left.position && second.open(position));
        expect(open).toEqual(upTo(size).filter((position) => !settled.includes(position)));
        expect(second.size).toBe(size - left.position);
        for (const position of open) second.settle(position, { forwarded: 1 });
        if (open.length === 0) return;
        expect(second.step()).toEqual({ position: size, tally: { forwarded: open.length }, ahead: [] });
        expect(second.size).toBe(0);
      }),
    );
  });

  test("passes places that hold no record with the next record", () => {
    const steps = progress({ position: 2 });
    for (const position of [3, 4, 9]) steps.open(position);
    steps.settle(9, { dead: 1 });
    expect(steps.step()).toEqual({ position: 2, tally: { dead: 1 }, ahead: [[5, 9]] });
    steps.settle(3, { forwarded: 1 });
    expect(steps.step()).toEqual({ position: 3, tally: { forwarded: 1 }, ahead: [[5, 9]] });
    steps.settle(4, { forwarded: 1 });
    expect(steps.step()).toEqual({ position: 9, tally: { forwarded: 1 }, ahead: [] });
    expect(steps.step()).toBeUndefined();
  });

  test("does not owe records that are gone and were settled before", () => {
    const ahead: readonly Range[] = [
      [3, 4],
      [8, 12],
    ];
    const steps = progress({ position: 1, ahead });
    expect(steps.open(2)).toBe(true);
    expect(steps.gap(10)).toBe(3);
    steps.settle(10, { lost: 3 });
    expect(steps.step()).toEqual({ position: 1, tally: { lost: 3 }, ahead: [[3, 12]] });
    expect([steps.open(11), steps.open(12), steps.open(13)]).toEqual([false, false, true]);
    steps.settle(2, { forwarded: 1 });
    expect(steps.step()).toEqual({ position: 12, tally: { forwarded: 1 }, ahead: [] });
    expect(steps.size).toBe(1);
  });

  test("counts only what it says where there is more than can be said", () => {
    const steps = progress({ position: 0 });
    const size = 2 * aheadMax + 9;
    for (const position of upTo(size)) steps.open(position);
    for (let position = 2; position <= size; position += 2) steps.settle(position, { forwarded: 1 });
    const step = steps.step();
    expect([step?.ahead.length, step?.tally.forwarded]).toEqual([aheadMax, aheadMax]);
    let counted = aheadMax;
    for (let position = 1; position <= size; position += 2) {
      steps.settle(position, { forwarded: 1 });
      counted += steps.step()?.tally.forwarded ?? 0;
    }
    expect([counted, steps.size]).toEqual([size, 0]);
  });

  test("counts what goes with no record", () => {
    const steps = progress({ position: 7 });
    steps.count({ maybe: 2 });
    expect(steps.step()).toEqual({ position: 7, tally: { maybe: 2 }, ahead: [] });
  });
});

const placesOf = (ranges: readonly Range[] = []): number[] =>
  ranges.flatMap(([first, last]) => upTo(last - first + 1).map((index) => first + index - 1));
