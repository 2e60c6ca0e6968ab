import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filtersOf } from "../../../src/api/query/filters.js";
import { nearest } from "../../../src/api/query/nearest.js";
import { queryShapes } from "../../../src/api/query/parameters.js";
import { rangeOf } from "../../../src/api/query/range.js";
import { readQuery } from "../../../src/api/query/read-query.js";
import { CollectorError } from "../../../src/collector-error.js";

/** Whatever it does, it does not fail in a way that nobody wrote down. */
function onlyRefuses(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(CollectorError);
    expect((error as CollectorError).code).toBe("query_invalid");
  }
}

describe("query strings", () => {
  test("are read or refused, whatever they hold", () => {
    const name = fc.oneof(fc.string(), fc.constantFrom("from", "limit", "bucket", "filters", "__proto__", "toString"));
    const value = fc.oneof(fc.string(), fc.integer().map(String), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.dictionary(name, value), (raw) => {
        for (const shape of Object.values(queryShapes))
          onlyRefuses(() => {
            const values = readQuery(raw, shape);
            rangeOf(values, "Europe/Paris", 0);
            filtersOf(values.filters);
          });
      }),
    );
  });

  test("are refused with every fault, not only the first", () => {
    const act = () => readQuery({ perod: "7d", limit: "0", sort: "size" }, queryShapes.breakdown);
    expect(act).toThrow(
      expect.objectContaining({
        details: ["perod", "dimension", "sort", "limit"].map((path) => expect.objectContaining({ path })),
      }),
    );
  });

  test("hold filters as they are or not at all", () => {
    const condition = fc.tuple(
      fc.constantFrom("is", "is_not", "contains"),
      fc.constantFrom("page", "source", "event"),
      fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 16 }), (filters) => {
        expect(filtersOf(JSON.stringify(filters))).toEqual(filters);
      }),
    );
    fc.assert(fc.property(fc.json(), (json) => onlyRefuses(() => filtersOf(json))));
  });
});

describe("ranges", () => {
  test("of every period end today and count today", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.constantFrom("day", "7d", "30d"),
        (now, period) => {
          const { from, to } = rangeOf({ period }, "UTC", now);
          expect(to).toBe(new Date(now).toISOString().slice(0, 10));
          const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
          expect(days).toBe(period === "day" ? 1 : Number.parseInt(period, 10));
        },
      ),
    );
  });
});

describe("the nearest word", () => {
  test.each([
    ["perod", "period"],
    ["FROM", "from"],
    ["filter", "filters"],
    ["xyzzyplugh", undefined],
    ["x".repeat(10_000), undefined],
  ])("to %s is %s", (word, expected) => {
    expect(nearest(word, ["from", "to", "period", "filters"])).toBe(expected);
  });
});
