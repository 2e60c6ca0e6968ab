import { localDay } from "@isotherm/protocol/seal";
import { CollectorError } from "../../collector-error.js";
import type { Range } from "../../store/queries.js";
import { queryLimits } from "./parameters.js";
import type { QueryValues } from "./read-query.js";

const dayMs = 86_400_000;
const defaultPeriod = "30d";
/** Days that these are compared with have four digits of a year, too. */
const latest = Date.UTC(9998, 11, 31);

/** The days that a query asks for, in the site's own calendar. Throws `query_invalid` for days that no calendar has. */
export function rangeOf({ from, to, period }: QueryValues, timeZone: string, now: number): Range {
  if (from === undefined && to === undefined) return lately(String(period ?? defaultPeriod), localDay(now, timeZone));
  if (period !== undefined) throw wrong("period", "say either period, or from and to");
  if (from === undefined || to === undefined)
    throw wrong(from === undefined ? "from" : "to", "from and to go together");
  return rangeBetween(String(from), String(to), "from");
}

/** The days from one to another. Throws `query_invalid`, naming `path`, for days that there are not, or too many of them. */
export function rangeBetween(from: string, to: string, path: "from" | "compare"): Range {
  const names = path === "compare" ? { from: path, to: path } : { from: "from", to: "to" };
  const first = dayOf(names.from, from);
  const last = dayOf(names.to, to);
  if (first > last) throw wrong(path, "from has to be to or a day before it");
  if ((last - first) / dayMs + 1 > queryLimits.days)
    throw wrong(path, `from and to may lie ${queryLimits.days} days apart at most`);
  return { from, to };
}

/** Days of a range, both ends included. */
export function daysIn({ from, to }: Range): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs + 1;
}

/** As many days, some days later or, below 0, earlier. */
export function shifted({ from, to }: Range, days: number): Range {
  return { from: textOf(Date.parse(from) + days * dayMs), to: textOf(Date.parse(to) + days * dayMs) };
}

function lately(period: string, today: string): Range {
  if (period === "month") return { from: `${today.slice(0, 8)}01`, to: today };
  const days = period === "day" ? 1 : Number.parseInt(period, 10);
  return { from: textOf(Date.parse(today) - (days - 1) * dayMs), to: today };
}

function dayOf(name: string, text: string): number {
  const at = Date.parse(text);
  // Some engines take 31 February for 3 March.
  if (Number.isNaN(at) || textOf(at) !== text) throw wrong(name, `${name}: there is no day ${text.slice(0, 40)}`);
  if (at < 0 || at > latest) throw wrong(name, `${name} has to be a day from 1970 to 9998`);
  return at;
}

function textOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function wrong(path: string, message: string): CollectorError {
  return new CollectorError("query_invalid", message, { details: [{ path, message }] });
}
