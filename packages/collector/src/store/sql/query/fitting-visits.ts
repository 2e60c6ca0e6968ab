import type { Day } from "../../derive/zone.js";
import { matching } from "./matching.js";
import type { Scope } from "./scope.js";
import { visitDay } from "./visit-day.js";

/** Whether a visit, by its number, fits the filters. */
export type FitsVisit = (session: number) => boolean;

/** Days before the first in which a visit that reaches into it may have begun: it lasts a day, and a little. */
const daysBefore = 2;

/**
 * Tells the visits that fit the filters; null where none are set. Those of the range are looked at at once, or of other days.
 */
export function fittingVisits(
  scope: Scope,
  days: readonly Day[] = scope.days(scope.from - daysBefore),
): FitsVisit | null {
  const { connection, whole } = scope;
  if (whole) return null;
  const [no, yes] = [1, 2];
  let verdicts = new Uint8Array(1_024);
  const learn = (number: number, fits: boolean): void => {
    if (number >= verdicts.length) {
      const grown = new Uint8Array(number * 2);
      grown.set(verdicts);
      verdicts = grown;
    }
    verdicts[number] = fits ? yes : no;
  };
  const learnDay = (day: Day): void => {
    const { count, n } = visitDay(scope, day);
    const fits = matching(scope, day);
    for (let visit = 0; visit < count; visit++) learn(n[visit] as number, fits?.[visit] !== 0);
  };
  for (const day of days) learnDay(day);
  // What comes from a tab that was left open for days belongs to a visit that began before.
  const ask = (session: number): boolean => {
    const found = connection.get<{ start: number }>("SELECT start FROM sessions WHERE n = ?", session);
    if (found) learnDay(scope.zone.day(found.start));
    const fits = verdicts[session] === yes;
    learn(session, fits);
    return fits;
  };
  return (session) => {
    const verdict = verdicts[session] ?? 0;
    return verdict === 0 ? ask(session) : verdict === yes;
  };
}
