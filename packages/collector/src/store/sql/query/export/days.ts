import { notSet } from "../../../../enrich/not-set.js";
import { dayText } from "../../../derive/zone.js";
import type { ExportCell, ExportPage, ExportQuery } from "../../../export.js";
import { dayDimensions } from "../../days.js";
import { namesOf } from "../folding.js";
import { type Reader, type Scope, scopeOf } from "../scope.js";
import { totalsBy } from "../totals.js";
import { cursorOf, readCursor } from "./cursor.js";

/** Totals of each local day by every value of every dimension; `all` is the whole day. A page is a day. */
export function exportDays(reader: Reader, scope: Scope, { site, after }: ExportQuery): ExportPage {
  const [from] = readCursor(after, [scope.from]);
  const [day, next] = scope.days(from);
  if (day === undefined) return { rows: [], next: null };
  const text = dayText(day);
  const one = scopeOf(reader, { site, range: { from: text, to: text }, now: 0 });
  const rows = dayDimensions.flatMap((dimension): readonly (readonly ExportCell[])[] => {
    const totals = totalsBy(one, dimension);
    const names = namesOf(
      scope.connection,
      totals.map(({ value }) => value),
    );
    return totals.map(({ value, visitors, visits, pageViews, bounces, duration, clicks }) => {
      const name = dimension === "all" ? "" : (names.get(value) ?? notSet);
      return [text, dimension, name, visitors, visits, pageViews, bounces, duration, clicks];
    });
  });
  return { rows, next: next === undefined ? null : cursorOf(next) };
}
