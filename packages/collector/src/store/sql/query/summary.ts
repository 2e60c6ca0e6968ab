import type { SixNumbers, SummaryAnswer } from "@isotherm/protocol";
import { sixNumbers } from "../../derive/six-numbers.js";
import type { SiteQuery } from "../../store.js";
import { before, type Reader, type Scope, scopeOf } from "./scope.js";
import { totalsBy } from "./totals.js";

/** Milliseconds since the last event within which a visitor is current. */
const currentFor = 300_000;

export function summary(reader: Reader, query: SiteQuery): SummaryAnswer {
  const scope = scopeOf(reader, query);
  const earlier = before(scope);
  return {
    asOf: scope.asOf,
    period: scope.period,
    numbers: numbersOf(scope),
    comparison: { period: earlier.period, numbers: numbersOf(earlier) },
    current: current(scope, query.now),
  };
}

function numbersOf(scope: Scope): SixNumbers {
  const none = { visitors: 0, visits: 0, pageViews: 0, bounces: 0, duration: 0 };
  return sixNumbers(totalsBy(scope, "all")[0] ?? none);
}

function current({ connection, site, filters }: Scope, now: number): number {
  const row = connection.get<{ n: number }>(
    `SELECT count(DISTINCT person) AS n FROM sessions s
     WHERE s.site = ? AND s.bot IS NULL AND s.seen >= ? AND s.seen <= ? AND ${filters.sql}`,
    ...[site, now - currentFor, now, ...filters.values],
  );
  return row?.n ?? 0;
}
