import type { Connection } from "./connection.js";
import type { Fragment } from "./grouping.js";
import { profileColumns } from "./profiles.js";

/** A dimension of which a visit has one value, which stands in its own row; `all` is the whole day. */
export type VisitDimension = "all" | "entry" | "exit" | (typeof profileColumns)[number];

/** All of them. */
export const visitDimensions: readonly VisitDimension[] = ["all", "entry", "exit", ...profileColumns];

/** What the visits of a day with one value of a dimension add up to, as a row of `days` has it. */
export interface DayTotal {
  readonly dimension: VisitDimension;
  readonly value: number;
  readonly visitors: number;
  readonly passing: number;
  readonly visits: number;
  readonly pageViews: number;
  readonly bounces: number;
  readonly duration: number;
  readonly clicks: number;
}

type Sum = { -readonly [column in keyof DayTotal]: DayTotal[column] } & {
  /** The person counted last, and the last one that no other day can know again. */
  person: number;
  passed: number;
};

const columns = ["person", "lasting", "page_views", "bounce", "duration", "clicks"];
const dimensionColumns = visitDimensions.map((dimension) => (dimension === "all" ? "0" : `s.${dimension}`));

interface DayTotals {
  readonly totals: readonly DayTotal[];
  /** Dimensions with more values than that, which are not among the totals. */
  readonly crowded: readonly Exclude<VisitDimension, "all">[];
}

/**
 * Adds up visits by each value of each dimension that has at most `most` of them, in one pass: a statement for each dimension
 * would read and group all of them as often. They come person by person, so that telling people apart takes no more than
 * remembering the last one.
 */
export function dayTotals(connection: Connection, where: Fragment, most: number): DayTotals {
  const sums = visitDimensions.map((dimension) => ({ dimension, byValue: new Map<number, Sum>(), crowded: false }));
  connection.each<readonly number[]>(
    (row) => {
      const [person, lasting, pageViews, bounce, duration, clicks] = row as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      for (let index = 0; index < sums.length; index++) {
        const one = sums[index] as (typeof sums)[number];
        if (one.crowded) continue;
        const { dimension, byValue } = one;
        const value = row[columns.length + index] as number;
        let sum = byValue.get(value);
        if (sum === undefined) {
          if (byValue.size === most) {
            one.crowded = true;
            byValue.clear();
            continue;
          }
          sum = { dimension, value, ...nothing };
          byValue.set(value, sum);
        }
        if (sum.person !== person) sum.visitors++;
        sum.person = person;
        if (lasting === 0) {
          if (sum.passed !== person) sum.passing++;
          sum.passed = person;
        }
        sum.visits++;
        sum.pageViews += pageViews;
        sum.bounces += bounce;
        sum.duration += duration;
        sum.clicks += clicks;
      }
    },
    `SELECT ${[...columns.map((column) => `s.${column}`), ...dimensionColumns].join(", ")}
     FROM sessions s WHERE ${where.sql} ORDER BY s.person`,
    ...where.values,
  );
  return {
    totals: sums.flatMap(({ byValue }) =>
      [...byValue.values()].map(({ person: _person, passed: _passed, ...total }): DayTotal => total),
    ),
    crowded: sums.flatMap(({ dimension, crowded }) => (crowded && dimension !== "all" ? [dimension] : [])),
  };
}

// Numbers of people begin with 1.
const nothing = {
  ...{ person: 0, passed: 0, visitors: 0, passing: 0, visits: 0, pageViews: 0 },
  ...{ bounces: 0, duration: 0, clicks: 0 },
};
