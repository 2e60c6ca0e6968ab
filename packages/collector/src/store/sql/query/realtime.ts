import type { RealtimeAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { textsOf } from "../strings.js";
import { type CurrentVisit, chosen, currentVisits, visitorsOf } from "./current.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

const minute = 60_000;
const minutes = 30;
/** Values of each list. */
const most = 10;

/** Who is here now, and what was seen in the last half an hour. */
export function realtime(reader: Reader, query: Parameters<Queries["realtime"]>[0]): RealtimeAnswer {
  const { now } = query;
  const scope = scopeOf(reader, { ...query, range: { from: "1970-01-01", to: "1970-01-01" } });
  const visits = currentVisits(scope, now);
  return {
    asOf: scope.asOf,
    current: visitorsOf(visits),
    pages: currentBy(scope, visits, "exit"),
    sources: currentBy(scope, visits, "source"),
    countries: currentBy(scope, visits, "country"),
    minutes: viewsByMinute(scope, now),
  };
}

function currentBy(
  { connection }: Scope,
  visits: readonly CurrentVisit[],
  column: "exit" | "source" | "country",
): RealtimeAnswer["pages"] {
  const people = new Map<number, Set<number>>();
  for (const { [column]: value, person } of visits) {
    const known = people.get(value);
    if (known) known.add(person);
    else people.set(value, new Set([person]));
  }
  const texts = textsOf(connection, people.keys());
  return [...people]
    .map(([value, { size }]) => ({ value: texts.get(value) ?? "", visitors: size }))
    .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}

function viewsByMinute(scope: Scope, now: number): readonly number[] {
  const { who, fits } = chosen(scope);
  // Minutes of the clock: what was counted in one stays in it while time goes on.
  const from = (Math.floor(now / minute) - minutes + 1) * minute;
  const rows = scope.connection.table<readonly [n: number, at: number, views: number]>(
    `SELECT s.n, p.at, p.views FROM sessions s JOIN page_views p ON p.session = s.n
     WHERE s.site = ? AND s.seen >= ? AND ${who.sql} AND p.views > 0 AND p.at >= ? AND p.at <= ?`,
    ...[scope.site, from, ...who.values, from, now],
  );
  const counts = new Array<number>(minutes).fill(0);
  for (const [n, at, views] of rows) {
    if (fits?.(n) === false) continue;
    const slot = Math.floor((at - from) / minute);
    counts[slot] = (counts[slot] as number) + views;
  }
  return counts;
}
