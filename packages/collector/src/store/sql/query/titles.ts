import { readDirtyDays } from "../dirty-days.js";
import { inLists } from "../in-lists.js";
import { other } from "../other.js";
import type { Scope } from "./scope.js";

/** The titles that pages had last in the period, or else in a visit of it that reached over its ends. */
export function titlesOf(scope: Scope, pages: readonly number[]): ReadonlyMap<number, string> {
  const { from, to } = scope;
  const days = [...scope.days().toReversed(), to + 1, from - 1];
  const seenAfter = lastSeen(scope);
  const titles = new Map<number, string>();
  const wanted = new Map(pages.map((page) => [page, seenAfter(page)]));
  for (const day of days) {
    const asked = [...wanted].filter(([, after]) => day <= after || day > to).map(([page]) => page);
    for (const [page, title] of titlesOn(scope, asked, day)) {
      titles.set(page, title);
      wanted.delete(page);
    }
  }
  return titles;
}

/** All pages of a day at once: on a network each statement takes the way there and back. */
function* titlesOn({ connection, site }: Scope, pages: readonly number[], day: number): Generator<[number, string]> {
  for (const some of inLists(pages)) {
    const rows = connection.table<readonly [number, string | null]>(
      `SELECT w.n, (SELECT t.text FROM page_views p JOIN strings t ON t.n = p.title
         WHERE p.site = ? AND p.day = ? AND p.page = w.n AND p.bot IS NULL ORDER BY p.at DESC, t.text LIMIT 1)
       FROM strings w WHERE w.n IN (${some.map(() => "?").join(", ")})`,
      ...[site, day, ...some],
    );
    for (const [page, title] of rows) if (title !== null) yield [page, title];
  }
}

/** A visit goes on after midnight, and a day of another time zone begins half a day sooner or later. */
const margin = 2;

/** Gives the day after which nobody saw a page, so that the days of a long period need not be asked for each of many pages. */
function lastSeen({ connection, site, from, to }: Scope): (page: number) => number {
  const rows = connection.table<readonly [number, number]>(
    "SELECT value, max(day) FROM days WHERE site = ? AND dimension = 'page' AND day BETWEEN ? AND ? GROUP BY value",
    ...[site, from, to],
  );
  const last = new Map(rows);
  // Of these days the rows may be missing.
  const dirty = Math.max(from, ...readDirtyDays(connection, site, from, to));
  // Nor does a page that a day did not tell apart have a row of its own.
  const others = last.get(other.number) ?? from;
  return (page) => Math.max(last.get(page) ?? from, others, dirty) + margin;
}
