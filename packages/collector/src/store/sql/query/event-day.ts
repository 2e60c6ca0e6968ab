import type { Day } from "../../derive/zone.js";
import { column, visitColumn } from "./columns.js";
import { distinctOf, type Values } from "./folding.js";
import { ofVisits } from "./of-visits.js";
import type { Scope } from "./scope.js";
import { visitDay } from "./visit-day.js";

/** Types of events that have rows of their own. */
export type StoredEventType = "custom" | "goal" | "outbound" | "exposure" | "vital" | "error";

/** The events of one type in a day's visits, in the order of the visits, as columns. */
export interface EventDay {
  readonly count: number;
  /** Which of the day's visits. */
  readonly visit: Int32Array;
  /** Numbers of texts. */
  readonly name: Int32Array;
  readonly page: Int32Array;
  /** ms since 1970. */
  readonly at: Float64Array;
  /** NaN where there is none. */
  readonly value: Float64Array;
  /** Which of the currencies, from 1; 0 where none was named. */
  readonly currency: Uint16Array;
  readonly currencies: readonly string[];
  /** How many names and pages there are at most. */
  readonly names: number;
  readonly pages: number;
  readonly bytes: number;
}

export function eventDay(scope: Scope, day: Day, type: StoredEventType): EventDay {
  const visits = visitDay(scope, day);
  return scope.ofDay(`${type} events`, day, () => {
    const rows = ofVisits<readonly [number, number, number, number, number | null, string | null]>(
      scope,
      day,
      `SELECT s.n, e.name, r.page, e.at, e.value, e.currency
       FROM sessions s JOIN raw r ON r.session = s.n JOIN events e ON e.raw = r.n`,
      { and: "AND e.type = ?", values: [type], order: ", e.at" },
    );
    const currencies: string[] = [];
    const [name, page] = [column(rows, 1), column(rows, 2)];
    return {
      count: rows.length,
      visit: visitColumn(visits, rows),
      name,
      page,
      at: Float64Array.from(rows, (row) => row[3]),
      value: Float64Array.from(rows, (row) => row[4] ?? Number.NaN),
      currency: Uint16Array.from(rows, ([, , , , , currency]) => {
        if (currency === null) return 0;
        const known = currencies.indexOf(currency);
        return known < 0 ? currencies.push(currency) : known + 1;
      }),
      currencies,
      names: distinctOf(scope, name),
      pages: distinctOf(scope, page),
      bytes: rows.length * 30,
    };
  });
}

/** The same as rows of names. */
export const namesIn = ({ count, visit, name, names }: EventDay): Values => ({
  ...{ count, visit, value: name, distinct: names },
});
