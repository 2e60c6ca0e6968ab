import type { RetentionAnswer } from "@isotherm/protocol";
import { intervalStart, intervalsOf } from "../../derive/calendar.js";
import { type Day, dayText } from "../../derive/zone.js";
import type { Queries } from "../../queries.js";
import { matching } from "./matching.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";
import { totalsBy } from "./totals.js";
import { visitDay } from "./visit-day.js";

/**
 * Visitors by the interval in which they were first seen, and who of them was seen again. Only those with a stored id, or
 * who said who they are, can be known again. Filters choose by the first visit; any visit counts as coming back.
 */
export function retention(reader: Reader, query: Parameters<Queries["retention"]>[0]): RetentionAnswer {
  const { interval } = query;
  const scope = scopeOf(reader, query);
  const starts = intervalsOf(scope.from, scope.to, interval);
  const place = new Map(starts.map((start, index) => [start, index]));
  const placeOf = (day: Day): number => place.get(intervalStart(day, interval)) as number;
  const cohorts = starts.map(() => new Map<number, Set<number>>());
  const begun = new Map<number, number>();
  const before = seenBefore(scope);
  for (const day of scope.days()) {
    const { count, lasting, person } = visitDay(scope, day);
    const fits = matching(scope, day);
    const at = placeOf(day);
    for (let visit = 0; visit < count; visit++) {
      const who = person[visit] as number;
      if (lasting[visit] === 0 || before.has(who)) continue;
      let first = begun.get(who);
      if (first === undefined) {
        first = fits?.[visit] === 0 ? -1 : at;
        begun.set(who, first);
      }
      if (first < 0) continue;
      const seen = (cohorts[first] as Map<number, Set<number>>).get(at - first) ?? new Set();
      (cohorts[first] as Map<number, Set<number>>).set(at - first, seen);
      seen.add(who);
    }
  }
  return {
    asOf: scope.asOf,
    period: scope.period,
    interval,
    visitors: totalsBy(scope, "all")[0]?.visitors ?? 0,
    known: knownVisitors(scope),
    cohorts: starts.map((start, index) => {
      const seen = cohorts[index] as Map<number, Set<number>>;
      const visitors = seen.get(0)?.size ?? 0;
      return {
        from: dayText(start),
        visitors,
        seen: Array.from({ length: starts.length - index }, (_, later) => {
          const back = seen.get(later)?.size ?? 0;
          return { visitors: back, share: visitors === 0 ? 0 : back / visitors };
        }),
      };
    }),
  };
}

/** Visitors of the period who were first seen before it. */
function seenBefore({ connection, site, zone, from, to }: Scope): ReadonlySet<number> {
  const start = zone.start(from);
  const rows = connection.table<readonly [number]>(
    `SELECT DISTINCT s.person FROM sessions s WHERE s.site = ? AND s.bot IS NULL AND s.lasting = 1
       AND s.start >= ? AND s.start < ? AND EXISTS (
         SELECT 1 FROM sessions e WHERE e.person = s.person AND e.lasting = 1 AND e.bot IS NULL AND e.start < ?)`,
    ...[site, start, zone.start(to + 1), start],
  );
  return new Set(rows.map(([person]) => person));
}

function knownVisitors(scope: Scope): number {
  const people = new Set<number>();
  for (const day of scope.days()) {
    const { count, lasting, person } = visitDay(scope, day);
    const fits = matching(scope, day);
    for (let visit = 0; visit < count; visit++)
      if (lasting[visit] === 1 && fits?.[visit] !== 0) people.add(person[visit] as number);
  }
  return people.size;
}
