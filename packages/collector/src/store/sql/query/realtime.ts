import type { RealtimeAnswer } from "@isotherm/protocol";
import type { Queries } from "../../queries.js";
import { both, visitsOf } from "../grouping.js";
import { textsOf } from "../strings.js";
import { current, currentFor } from "./current.js";
import { type Reader, type Scope, scopeOf } from "./scope.js";

const minute = 60_000;
const minutes = 30;
/** Values of each list. */
const most = 10;

/** Who is here now, and what was seen in the last half an hour. */
export function realtime(reader: Reader, query: Parameters<Queries["realtime"]>[0]): RealtimeAnswer {
  const { now } = query;
  const scope = scopeOf(reader, { ...query, range: { from: "1970-01-01", to: "1970-01-01" } });
  return {
    asOf: scope.asOf,
    current: current(scope, now),
    pages: currentBy(scope, now, "exit"),
    sources: currentBy(scope, now, "source"),
    countries: currentBy(scope, now, "country"),
    minutes: viewsByMinute(scope, now),
  };
}

function currentBy(
  { connection, site, fitting }: Scope,
  now: number,
  column: "exit" | "source" | "country",
): RealtimeAnswer["pages"] {
  const who = both(visitsOf("people"), fitting);
  const rows = connection.table<readonly [number, number]>(
    `SELECT s.${column}, count(DISTINCT s.person) FROM sessions s
     WHERE s.site = ? AND s.seen >= ? AND s.seen <= ? AND ${who.sql} GROUP BY s.${column}`,
    ...[site, now - currentFor, now, ...who.values],
  );
  const texts = textsOf(
    connection,
    rows.map(([value]) => value),
  );
  return rows
    .map(([value, visitors]) => ({ value: texts.get(value) ?? "", visitors }))
    .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}

function viewsByMinute({ connection, site, fitting }: Scope, now: number): readonly number[] {
  const who = both(visitsOf("people"), fitting);
  // Minutes of the clock: what was counted in one stays in it while time goes on.
  const from = (Math.floor(now / minute) - minutes + 1) * minute;
  const rows = connection.table<readonly [number, number]>(
    `SELECT p.at, p.views FROM sessions s JOIN page_views p ON p.session = s.n
     WHERE s.site = ? AND s.seen >= ? AND ${who.sql} AND p.views > 0 AND p.at >= ? AND p.at <= ?`,
    ...[site, from, ...who.values, from, now],
  );
  const counts = new Array<number>(minutes).fill(0);
  for (const [at, views] of rows) {
    const slot = Math.floor((at - from) / minute);
    counts[slot] = (counts[slot] as number) + views;
  }
  return counts;
}
