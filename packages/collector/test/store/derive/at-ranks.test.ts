import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRanks, type EachNumber } from "../../../src/store/derive/at-ranks.js";

/** As many times as they are read. */
interface Readings {
  count: number;
}

const eachOf =
  (groups: readonly (readonly number[])[], readings: Readings): EachNumber =>
  (visit) => {
    readings.count++;
    groups.forEach((values, group) => {
      for (const value of values) visit(group, value);
    });
  };

const rankedOf = (groups: readonly (readonly number[])[], share: number) =>
  groups.map((values) => ({
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    rank: Math.max(1, Math.ceil(values.length * share)),
  }));

const number = fc.oneof(
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.nat({ max: 20 }),
  fc.constantFrom(0, -0, 1e-300, 1e300, 0.1, 0.1 + Number.EPSILON, 2_500, 2_500.0001),
);

describe("atRanks", () => {
  test("finds what sorting finds, however few it may keep", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(number, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0.01, 0.5, 0.75, 1),
        fc.constantFrom(0, 1, 10, 1_000),
        (groups, share, most) => {
          const ranked = rankedOf(groups, share);
          const expected = groups.map((values, group) => {
            const rank = (ranked[group]?.rank ?? 0) - 1;
            return (Float64Array.from(values).sort()[rank] as number) + 0;
          });
          const found = atRanks(eachOf(groups, { count: 0 }), ranked, most).map((value) => value + 0);
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  test("reads a few times, also where some numbers are larger by far than the others", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ((n * 7_919) % 20_000) + 0.25);
    const odd = Array.from({ length: 300 }, (_, n) => 10 ** n);
    const readings = { count: 0 };
    const groups = [[...many, ...odd]];
    const [found] = atRanks(eachOf(groups, readings), rankedOf(groups, 0.75), 1_000);
    expect(found).toBe([...many, ...odd].toSorted((a, b) => a - b)[Math.ceil(20_300 * 0.75) - 1]);
    expect(readings.count).toBeLessThan(5);
  });

  test("reads nothing where all numbers of a group are the same", () => {
    const readings = { count: 0 };
    const groups = [Array.from({ length: 5_000 }, () => 0.1)];
    expect(atRanks(eachOf(groups, readings), rankedOf(groups, 0.75), 10)).toEqual([0.1]);
    expect(readings.count).toBe(0);
  });
});
