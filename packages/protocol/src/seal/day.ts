import { ProtocolError } from "../protocol-error.js";

/** A local day: `from ≤ at < until`, in ms since 1970. */
export interface DayRange {
  readonly from: number;
  readonly until: number;
}

const hour = 3_600_000;
// Time zones lie 12 hours behind to 14 ahead, and a clock that jumps over midnight begins its day up to an hour later.
const widest = 16 * hour;
const mostStarts = 4_096;

const formats = new Map<string, Intl.DateTimeFormat>();
const starts = new Map<string, number>();
// The day asked for last, by zone: questions come in runs about the same day, and a calendar is slow to ask.
const latest = new Map<string, DayRange & { readonly day: string }>();

/** The local day in a time zone at a time, as `2026-11-21`. Rejects zones that are not IANA's with `zone_unknown`. */
export function localDay(at: number, timeZone: string): string {
  const known = latest.get(timeZone);
  if (known !== undefined && known.from <= at && at < known.until) return known.day;
  const day = findDay(at, timeZone);
  latest.set(timeZone, { day, ...localDayRange(day, timeZone) });
  return day;
}

function findDay(at: number, timeZone: string): string {
  let day = calendarDay(at, timeZone);
  // Where clocks once went back over midnight, a day was named twice; each moment still belongs to one range only.
  while (at < startOf(day, timeZone)) day = shift(day, -1);
  while (at >= startOf(shift(day, 1), timeZone)) day = shift(day, 1);
  return day;
}

/**
 * When a local day begins and ends: at midnight, or where the clock jumps over midnight at the first moment after it.
 * Days meet without gap or overlap; one that a zone left out has no length.
 */
export function localDayRange(day: string, timeZone: string): DayRange {
  return { from: startOf(day, timeZone), until: startOf(shift(day, 1), timeZone) };
}

/** The calendar day `days` after another. */
function shift(day: string, days: number): string {
  return new Date(utcMidnight(day) + days * 24 * hour).toISOString().slice(0, 10);
}

function startOf(day: string, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  let start = starts.get(key);
  if (start === undefined) {
    start = search(day, timeZone);
    if (starts.size >= mostStarts) starts.clear();
    starts.set(key, start);
  }
  return start;
}

function search(day: string, timeZone: string): number {
  let before = utcMidnight(day) - widest;
  let within = utcMidnight(day) + widest;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (calendarDay(middle, timeZone) >= day) within = middle;
    else before = middle;
  }
  return within;
}

function utcMidnight(day: string): number {
  const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new ProtocolError("day_invalid", `${day} is not a day as 2026-11-21`);
  return at;
}

function calendarDay(at: number, timeZone: string): string {
  const parts: { [type: string]: string } = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = value;
  return `${parts.year?.padStart(4, "0")}-${parts.month}-${parts.day}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
        timeZone,
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
      });
    } catch (cause) {
      throw new ProtocolError("zone_unknown", `${timeZone} is not an IANA time zone`, { cause });
    }
    formats.set(timeZone, format);
  }
  return format;
}
