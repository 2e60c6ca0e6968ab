import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparedWith } from "../../../src/api/query/compare.js";
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
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("from", "limit", "bucket", "filters", "compare", "__proto__", "toString"),
    );
    const value = fc.oneof(fc.string(), fc.integer().map(String), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.dictionary(name, value), (raw) => {
        for (const shape of Object.values(queryShapes))
          onlyRefuses(() => {
            const values = readQuery(raw, shape);
            const range = rangeOf(values, "Europe/Paris", 0);
            if (values.compare !== undefined) comparedWith(values, range);
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
    const { filter } = fc.letrec((tie) => ({
      filter: fc.oneof(
        { depthSize: "small", maxDepth: 3 },
        fc.tuple(
          fc.constantFrom("is", "is_not", "contains", "contains_not"),
          fc.constantFrom("page", "source", "event", "props.plan", "props.a.b"),
          fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 3 }),
        ),
        fc.tuple(fc.constantFrom("and", "or"), fc.array(tie("filter"), { minLength: 1, maxLength: 2 })),
        fc.tuple(fc.constant("not"), tie("filter")),
      ),
    }));
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 2 }), (filters) => {
        expect(filtersOf(JSON.stringify(filters))).toEqual(filters);
      }),
    );
    fc.assert(fc.property(fc.json(), (json) => onlyRefuses(() => filtersOf(json))));
  });
});

describe("filters", () => {
  const condition = ["is", "source", ["a"]];
  const nested = (depth: number): unknown => (depth === 1 ? condition : ["not", nested(depth - 1)]);

  test.each([
    [[["isn't", "source", ["a"]]], "filters/0/0", /did you mean is_not\?/],
    [[["or", [condition, ["is", "sorce", ["a"]]]]], "filters/0/1/1/1", /did you mean source\?/],
    [[["is", "prop:plan", ["a"]]], "filters/0/1", /did you mean props\.plan\?/],
    [[["is", "props[plan]", ["a"]]], "filters/0/1", /did you mean props\.plan\?/],
    [[["is", "props.", ["a"]]], "filters/0/1", /did you mean props\.key\?/],
    [[["and", []]], "filters/0/1", /at least one/],
    [[["not", [condition]]], "filters/0/1", /a condition is/],
    [[["or", condition]], "filters/0/1/0", /a condition is/],
    [[nested(5)], "filters/0/1/1/1", /4 deep/],
    [
      [
        ["or", Array(9).fill(condition)],
        ["and", Array(8).fill(condition)],
      ],
      "filters",
      /at most 16/,
    ],
  ])("%j are refused at %s", (filters, path, message) => {
    const act = () => filtersOf(JSON.stringify(filters));
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ details: [expect.objectContaining({ path })] }));
  });

  test("may stand in each other four deep, sixteen in all", () => {
    const most = [nested(4), ["or", Array(15).fill(condition)]];
    expect(filtersOf(JSON.stringify(most))).toEqual(most);
  });
});

describe("compared days", () => {
  const march = { from: "2028-03-01", to: "2028-03-10" };
  const leap = { from: "2028-02-29", to: "2028-02-29" };

  test.each([
    [march, "previous", "date", { from: "2028-02-20", to: "2028-02-29" }],
    [march, "previous", "weekday", { from: "2028-02-16", to: "2028-02-25" }],
    [march, "year", "date", { from: "2027-03-01", to: "2027-03-10" }],
    [march, "year", "weekday", { from: "2027-03-03", to: "2027-03-12" }],
    [leap, "year", "date", { from: "2027-02-28", to: "2027-02-28" }],
    [leap, "previous", "weekday", { from: "2028-02-22", to: "2028-02-22" }],
    [march, "2028-01-01..2028-01-31", "date", { from: "2028-01-01", to: "2028-01-31" }],
    // A Wednesday is looked for from a Saturday: four days on, or three back.
    [march, "2028-01-01..2028-01-31", "weekday", { from: "2027-12-29", to: "2028-01-28" }],
    [march, "2028-01-03..2028-01-04", "weekday", { from: "2028-01-05", to: "2028-01-06" }],
    [march, "none", "weekday", null],
  ])("of %j with %s by %s are %j", (range, compare, match, expected) => {
    expect(comparedWith({ compare, match }, range)).toEqual(expected);
  });

  test("by weekday begin on that weekday and are as many as asked for, whenever it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 400 }),
        (day, more, back) => {
          const text = (n: number): string => new Date(n * 86_400_000).toISOString().slice(0, 10);
          const range = { from: text(day + 500), to: text(day + 500 + more) };
          const named = `${text(day + 500 - back)}..${text(day + 502 - back)}`;
          for (const compare of ["previous", "year", named]) {
            const found = comparedWith({ compare, match: "weekday" }, range);
            if (!found) throw new Error("nothing to compare with");
            expect(new Date(found.from).getUTCDay()).toBe(new Date(range.from).getUTCDay());
            const length = (Date.parse(found.to) - Date.parse(found.from)) / 86_400_000;
            expect(length).toBe(compare === named ? 2 : more);
            if (compare === "previous") expect(found.to < range.from).toBe(true);
          }
        },
      ),
    );
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
