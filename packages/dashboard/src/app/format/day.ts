import { locale } from "./locale.js";

// Days and hours of answers are already local to the site: read as UTC, they pass through Intl unchanged.
const dayFormat = new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" });
const longFormat = new Intl.DateTimeFormat(locale, {
  timeZone: "UTC",
  weekday: "short",
  day: "numeric",
  month: "short",
});
const hourFormat = new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "numeric", minute: "2-digit" });

const instant = (at: string): Date => new Date(at.length > 10 ? `${at}Z` : `${at}T00:00Z`);

/** `2026-11-21` as 21 Nov, `2026-11-21T14:00` as 14:00. */
export const shortTime = (at: string): string => (at.length > 10 ? hourFormat : dayFormat).format(instant(at));

/** The same with the day of the week. */
export const longTime = (at: string): string =>
  at.length > 10
    ? `${longFormat.format(instant(at))}, ${hourFormat.format(instant(at))}`
    : longFormat.format(instant(at));

/** Both ends of a period; a single day is named once. */
export const span = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from === to ? dayFormat.format(instant(from)) : dayFormat.formatRange(instant(from), instant(to));

/** A moment on the clock of a time zone, to the second. */
export function clock(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "medium" }).format(new Date(at));
}

/** The day of a moment in a time zone, with its year. */
export function localDay(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium" }).format(new Date(at));
}
