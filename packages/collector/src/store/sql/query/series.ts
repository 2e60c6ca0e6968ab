import type { Metric, SeriesAnswer } from "@isotherm/protocol";
import { sixNumbers, type Totals } from "../../derive/six-numbers.js";
import { type Day, dayText } from "../../derive/zone.js";
import type { ComparedQuery } from "../../queries.js";
import { importedMark, withImported } from "./imported.js";
import { type Reader, type Scope, scopeOf, scopeOver } from "./scope.js";
import { totalsByDay, totalsByHour } from "./totals.js";

const hour = 3_600_000;
const nothing: Totals = { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0 };

/** One interval: [from, to), and how it is called. */
interface Interval {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly totals: Totals;
}

type SeriesQuery = ComparedQuery & { readonly metric: Metric; readonly interval: "hour" | "day" };

export function series(reader: Reader, query: SeriesQuery): SeriesAnswer {
  const { metric, interval, compare } = query;
  const scope = withImported(scopeOf(reader, query));
  const other = compare && scopeOver(scope, compare);
  return {
    asOf: scope.asOf,
    period: scope.period,
    metric,
    interval,
    ...markOf(scope, query),
    points: pointsOf(scope, query),
    ...(other && { comparison: { period: other.period, points: pointsOf(other, query), ...markOf(other, query) } }),
  };
}

/** No tool says when within a day. */
function markOf(scope: Scope, { interval }: SeriesQuery): ReturnType<typeof importedMark> {
  return interval === "day" ? importedMark(scope) : {};
}

/** One point per interval that has begun; a day of 23 or 25 hours has as many points. */
function pointsOf(scope: Scope, { metric, interval, now }: SeriesQuery): SeriesAnswer["points"] {
  const intervals = interval === "day" ? daysOf(scope) : hoursOf(scope);
  return intervals
    .filter(({ from }) => from <= now)
    .map(({ at, to, totals }) => {
      const value = sixNumbers(totals)[metric];
      return now < to ? { at, value, partial: true } : { at, value };
    });
}

function daysOf(scope: Scope): readonly Interval[] {
  const totals = totalsByDay(scope);
  return eachDay(scope).map((day) => ({
    at: dayText(day),
    from: scope.zone.start(day),
    to: scope.zone.start(day + 1),
    totals: totals.get(day) ?? nothing,
  }));
}

function hoursOf(scope: Scope): readonly Interval[] {
  const { zone } = scope;
  const totals = totalsByHour(scope);
  return eachDay(scope).flatMap((day) => {
    const [from, to] = [zone.start(day), zone.start(day + 1)];
    return Array.from({ length: Math.ceil((to - from) / hour) }, (_, n) => {
      const at = from + n * hour;
      const local = new Date(at + zone.offset(at)).toISOString().slice(0, 16);
      return { at: local, from: at, to: Math.min(at + hour, to), totals: totals.get(day)?.get(n) ?? nothing };
    });
  });
}

function eachDay({ from, to }: Scope): readonly Day[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
