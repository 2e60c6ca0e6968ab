import { matching } from "./matching.js";
import type { Scope } from "./scope.js";
import { visitDay } from "./visit-day.js";

/** Whether a visit, by its number, fits the filters. */
export type FitsVisit = (session: number) => boolean;

/** Days before the first in which a visit that reaches into it may have begun: it lasts a day, and a little. */
const daysBefore = 2;

/** Tells the visits of the range that fit the filters; null where none are set. */
export function fittingVisits(scope: Scope): FitsVisit | null {
  const { connection, fitting, from, whole } = scope;
  if (whole) return null;
  const known = new Map<number, boolean>();
  const [no, yes] = [1, 2];
  let verdicts = new Uint8Array(1_024);
  for (const day of scope.days(from - daysBefore)) {
    const { count, n } = visitDay(scope, day);
    const fits = matching(scope, day);
    for (let visit = 0; visit < count; visit++) {
      const number = n[visit] as number;
      if (number >= verdicts.length) {
        const grown = new Uint8Array(number * 2);
        grown.set(verdicts);
        verdicts = grown;
      }
      verdicts[number] = fits?.[visit] === 0 ? no : yes;
    }
  }
  // What comes from a tab that was left open for days belongs to a visit that began before.
  const ask = (session: number): boolean => {
    const cached = known.get(session);
    if (cached !== undefined) return cached;
    const sql = `SELECT 1 FROM sessions s WHERE s.n = ? AND ${fitting.sql}`;
    const fits = connection.get(sql, session, ...fitting.values) !== undefined;
    known.set(session, fits);
    return fits;
  };
  return (session) => {
    const verdict = verdicts[session] ?? 0;
    return verdict === 0 ? ask(session) : verdict === yes;
  };
}
