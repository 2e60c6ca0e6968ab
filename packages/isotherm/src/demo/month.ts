import { localDay, localDayRange } from "@isotherm/protocol/seal";
import { arrival } from "./arrivals.js";
import { type Chance, chance } from "./chance.js";
import type { DemoLayout } from "./layout.js";
import { type Person, person } from "./people.js";
import { type DemoVisit, visit } from "./visit.js";

/** Which visits to make. */
export interface MonthOptions {
  readonly seed: string;
  readonly layout: DemoLayout;
  /** Nothing is made after this time, in ms since 1970; its local day is the last. */
  readonly until: number;
  /** Local days, the last one included. @default 30 */
  readonly days?: number;
  /** Visits of an ordinary weekday. @default 126 */
  readonly visitsPerDay?: number;
  /** IANA time zone of the site. */
  readonly timeZone: string;
}

/** Share of a day's visits that begin in each hour. */
const hours = [4, 2, 1, 1, 2, 6, 16, 30, 46, 58, 62, 60, 55, 50, 52, 55, 58, 62, 70, 84, 88, 70, 40, 16] as const;
/** Sunday first. */
const weekdays = [1.12, 0.94, 0.96, 0.98, 1, 0.92, 1.04] as const;
const day = 86_400_000;
/** The gap that makes two visits of one. */
const gap = 45 * 60_000;

/** The visits of a month, one local day at a time, by their ends. No visit reaches over midnight. */
export function* month(
  options: MonthOptions,
): Generator<{ readonly day: string; readonly visits: readonly DemoVisit[] }> {
  const { seed, layout, until, timeZone, days = 30, visitsPerDay = 126 } = options;
  const dates = lastDays(until, days, timeZone);
  let people = 0;
  for (const [index, date] of dates.entries()) {
    const dice = chance(`${seed} ${date}`);
    const range = localDayRange(date, timeZone);
    // The newsletter goes out twice in a month, and is read for three days.
    const sinceLetter = (index + 4) % 14;
    const newsletter = sinceLetter < 3 ? 5 - sinceLetter : 1;
    const weekday = weekdays[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 1;
    const growth = 0.9 + (0.2 * index) / Math.max(1, dates.length - 1);
    const wanted = Math.round(visitsPerDay * weekday * growth * (1 + 0.06 * (newsletter - 1)) * dice.about(1, 0.05));
    const visits: DemoVisit[] = [];
    while (visits.length < wanted) visits.push(...visitsOf(dice, layout, person(dice, people++), newsletter, range));
    // What has not happened yet is left out after it was made, so that a later run makes the same visits up to now.
    yield { day: date, visits: visits.filter(({ end }) => end <= until).sort((a, b) => a.end - b.end) };
  }
}

/** One visit, and sometimes another one later on the same day. */
function visitsOf(
  dice: Chance,
  layout: DemoLayout,
  who: Person,
  newsletter: number,
  range: { readonly from: number; readonly until: number },
): DemoVisit[] {
  const hour = dice.weighted([...hours.keys()], (one) => hours[one] ?? 0);
  const start = range.from + Math.round((hour + dice.number()) * 3_600_000);
  const first = moved(visit(dice, layout, { person: who, arrival: arrival(dice, newsletter), start }), range.until);
  if (!dice.yes(0.09)) return [first];
  const later = first.end + gap + dice.whole(0, 4 * 3_600_000);
  const second = visit(dice, layout, { person: who, arrival: arrival(dice, 1), start: later });
  return second.end < range.until - 60_000 ? [first, second] : [first];
}

/** A visit that would reach over midnight begins so much earlier. */
function moved(one: DemoVisit, midnight: number): DemoVisit {
  const late = one.end - (midnight - 60_000);
  if (late <= 0) return one;
  return {
    ...one,
    start: one.start - late,
    end: one.end - late,
    batches: one.batches.map((batch) => ({ ...batch, at: batch.at - late })),
  };
}

/** The local days up to and with that of `until`, oldest first. */
export function lastDays(until: number, count: number, timeZone: string): readonly string[] {
  const dates: string[] = [];
  for (let at = until; dates.length < count; at = localDayRange(dates[0] ?? "", timeZone).from - day / 2) {
    dates.unshift(localDay(at, timeZone));
  }
  return dates;
}
