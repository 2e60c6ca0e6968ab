import type { Metric, SeriesAnswer } from "@isotherm/protocol";
import { sixNumbers, type Totals } from "../../derive/six-numbers.js";
import { type Day, dayText } from "../../derive/zone.js";
import type { SiteQuery } from "../../store.js";
import type { Connection } from "../connection.js";
import { totalColumns, visitsBy } from "../grouping.js";
import { type Scope, scopeOf } from "./scope.js";
import { totalsByDay } from "./totals.js";

const hour = 3_600_000;
const nothing: Totals = { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0 };

/** One interval: [from, to), and how it is called. */
interface Interval {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly totals: Totals;
}

/** One point per interval that has begun; a day of 23 or 25 hours has as many points. */
export function series(
  connection: Connection,
  query: SiteQuery & { readonly metric: Metric; readonly interval: "hour" | "day" },
): SeriesAnswer {
  const { metric, interval, now } = query;
  const scope = scopeOf(connection, query);
  const intervals = interval === "day" ? daysOf(scope) : hoursOf(scope);
  return {
    asOf: scope.asOf,
    period: scope.period,
    metric,
    interval,
    points: intervals
      .filter(({ from }) => from <= now)
      .map(({ at, to, totals }) => {
        const value = sixNumbers(totals)[metric];
        return now < to ? { at, value, partial: true } : { at, value };
      }),
  };
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
  const { connection, zone } = scope;
  const visits = visitsBy("all", scope.visits);
  const days = eachDay(scope);
  const starts = days.map((day) => `(${day}, ${zone.start(day)})`).join(", ");
  const rows = connection.all<Totals & { day: Day; hour: number; page_views: number }>(
    `WITH midnights (day, at) AS (VALUES ${starts})
     SELECT v.day, (v.start - m.at) / ${hour} AS hour, ${totalColumns}
     FROM (${visits.sql}) v JOIN midnights m ON m.day = v.day GROUP BY 1, 2`,
    ...visits.values,
  );
  const totals = new Map(
    rows.map(({ day, hour: n, page_views: pageViews, ...row }) => [`${day} ${n}`, { ...row, pageViews }]),
  );
  return days.flatMap((day) => {
    const [from, to] = [zone.start(day), zone.start(day + 1)];
    return Array.from({ length: Math.ceil((to - from) / hour) }, (_, n) => {
      const at = from + n * hour;
      const local = new Date(at + zone.offset(at)).toISOString().slice(0, 16);
      return { at: local, from: at, to: Math.min(at + hour, to), totals: totals.get(`${day} ${n}`) ?? nothing };
    });
  });
}

function eachDay({ from, to }: Scope): readonly Day[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
