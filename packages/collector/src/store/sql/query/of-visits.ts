import type { Day } from "../../derive/zone.js";
import type { Value } from "../connection.js";
import { visitsBetween } from "../grouping.js";
import type { Scope } from "./scope.js";

/** What follows the conditions on the visits themselves. */
interface More {
  readonly and?: string;
  /** Values of `and`. */
  readonly values?: readonly Value[];
  readonly order?: string;
}

/** Rows about a day's visits, which come in the order of `visitDay`. */
export function ofVisits<Row extends readonly Value[] = readonly Value[]>(
  scope: Scope,
  day: Day,
  select: string,
  { and = "", values = [], order = "" }: More = {},
): readonly Row[] {
  const where = visitsBetween(scope.site, scope.zone.start(day), scope.zone.start(day + 1), scope.whose);
  const sql = `${select} WHERE ${where.sql} ${and} ORDER BY s.start, s.n${order}`;
  return scope.connection.table<Row>(sql, ...where.values, ...values);
}
