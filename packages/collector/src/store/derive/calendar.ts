import { type Day, dayLength } from "./zone.js";

/** Parts of the calendar: a week begins on Monday (ISO 8601). */
export type CalendarInterval = "day" | "week" | "month";

// 1 January 1970 was a Thursday.
const mondayBefore1970 = -3;

/** The first day of the interval that a day lies in. */
export function intervalStart(day: Day, interval: CalendarInterval): Day {
  if (interval === "day") return day;
  if (interval === "week") return Math.floor((day - mondayBefore1970) / 7) * 7 + mondayBefore1970;
  const date = new Date(day * dayLength);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / dayLength;
}

/** The first days of the intervals from one day to another, oldest first. */
export function intervalsOf(from: Day, to: Day, interval: CalendarInterval): readonly Day[] {
  const starts: Day[] = [];
  for (let day = intervalStart(from, interval); day <= to; day = following(day, interval)) starts.push(day);
  return starts;
}

/** An interval's first day is less than 32 days before that of the next. */
function following(start: Day, interval: CalendarInterval): Day {
  if (interval === "day") return start + 1;
  return interval === "week" ? start + 7 : intervalStart(start + 31, "month");
}
