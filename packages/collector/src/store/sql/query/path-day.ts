import type { Day } from "../../derive/zone.js";
import { column, visitColumn } from "./columns.js";
import { ofVisits } from "./of-visits.js";
import type { Scope } from "./scope.js";
import { visitDay } from "./visit-day.js";

/** The page views of a day's visits, visit by visit in the order in which they were seen, as columns. */
export interface PathDay {
  readonly count: number;
  /** Which of the day's visits. */
  readonly visit: Int32Array;
  readonly page: Int32Array;
  /** ms since 1970. */
  readonly at: Float64Array;
  readonly bytes: number;
}

export function pathDay(scope: Scope, day: Day): PathDay {
  const visits = visitDay(scope, day);
  return scope.ofDay("paths", day, () => {
    const rows = ofVisits<readonly [number, number, number]>(
      scope,
      day,
      "SELECT s.n, p.page, p.at FROM sessions s JOIN page_views p ON p.session = s.n",
      // Page views of one millisecond stand as their names have it, not as they arrived.
      { and: "AND p.views > 0", order: ", p.at, p.view" },
    );
    return {
      count: rows.length,
      visit: visitColumn(visits, rows),
      page: column(rows, 1),
      at: Float64Array.from(rows, (row) => row[2]),
      bytes: rows.length * 16,
    };
  });
}
