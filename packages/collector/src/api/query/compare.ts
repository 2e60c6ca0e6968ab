import { CollectorError } from "../../collector-error.js";
import type { Range } from "../../store/queries.js";
import { meant } from "./nearest.js";
import { daysIn, rangeBetween, shifted } from "./range.js";
import type { QueryValues } from "./read-query.js";

const words = ["previous", "year", "none"] as const;
const week = 7;

/**
 * The days that a period is compared with: those just before it, the same a year earlier, or named ones; null for none.
 * With `match=weekday` they begin on the weekday that the period begins on. Throws `query_invalid`.
 */
export function comparedWith({ compare, match }: QueryValues, range: Range): Range | null {
  const byWeekday = match === "weekday";
  const length = daysIn(range);
  switch (compare) {
    case "none":
      return null;
    case "previous": {
      const back = byWeekday ? Math.ceil(length / week) * week : length;
      return shifted(range, -back);
    }
    case "year":
      return byWeekday ? shifted(range, -52 * week) : { from: yearBefore(range.from), to: yearBefore(range.to) };
    default:
      return named(String(compare), range, byWeekday);
  }
}

function named(text: string, range: Range, byWeekday: boolean): Range {
  const [from, to, rest] = text.split("..");
  if (from === undefined || to === undefined || rest !== undefined) {
    const message = `compare cannot be ${text.slice(0, 40)}${meant(text, [...words, "2026-10-01..2026-10-31"])}`;
    throw new CollectorError("query_invalid", message, { details: [{ path: "compare", message }] });
  }
  const other = rangeBetween(from, to, "compare");
  if (!byWeekday) return other;
  const apart = (((weekdayOf(range.from) - weekdayOf(other.from)) % week) + week) % week;
  // To the nearest day of that name, before or after.
  return shifted(other, apart > 3 ? apart - week : apart);
}

const weekdayOf = (day: string): number => new Date(day).getUTCDay();

/** The same date, the 28th of February for its 29th. */
function yearBefore(day: string): string {
  const earlier = `${String(Number(day.slice(0, 4)) - 1).padStart(4, "0")}${day.slice(4)}`;
  return day.endsWith("-02-29") ? earlier.replace(/29$/, "28") : earlier;
}
