import type { Day } from "../../derive/zone.js";
import { column, visitColumn } from "./columns.js";
import { distinctOf } from "./folding.js";
import { ofVisits } from "./of-visits.js";
import type { Scope } from "./scope.js";
import { visitDay } from "./visit-day.js";

/** What a day's visits did in forms, by visit, page and time, as columns: a row for each batch and element. */
export interface InputDay {
  readonly count: number;
  /** Which of the day's visits. */
  readonly visit: Int32Array;
  readonly page: Int32Array;
  readonly element: Int32Array;
  readonly focused: Int32Array;
  readonly changed: Int32Array;
  readonly sent: Int32Array;
  /** How many pages there are at most. */
  readonly pages: number;
  readonly bytes: number;
}

export function inputDay(scope: Scope, day: Day): InputDay {
  const visits = visitDay(scope, day);
  return scope.ofDay("inputs", day, () => {
    const rows = ofVisits<readonly [number, number, number, number, number, number]>(
      scope,
      day,
      `SELECT s.n, r.page, i.element, i.focused, i.changed, i.sent
       FROM sessions s JOIN raw r ON r.session = s.n JOIN inputs i ON i.raw = r.n`,
      { order: ", r.page, i.at, i.element" },
    );
    const page = column(rows, 1);
    return {
      count: rows.length,
      visit: visitColumn(visits, rows),
      page,
      pages: distinctOf(scope, page),
      element: column(rows, 2),
      focused: column(rows, 3),
      changed: column(rows, 4),
      sent: column(rows, 5),
      bytes: rows.length * 24,
    };
  });
}
