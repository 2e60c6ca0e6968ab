import { both, visitsOf } from "../grouping.js";
import type { Scope } from "./scope.js";

/** Milliseconds since the last event within which a visitor is current. */
export const currentFor = 300_000;

/** Distinct visitors who are here now. */
export function current({ connection, site, whose, fitting }: Scope, now: number): number {
  const who = both(visitsOf(whose), fitting);
  const row = connection.get<{ n: number }>(
    `SELECT count(DISTINCT person) AS n FROM sessions s
     WHERE s.site = ? AND s.seen >= ? AND s.seen <= ? AND ${who.sql}`,
    ...[site, now - currentFor, now, ...who.values],
  );
  return row?.n ?? 0;
}
