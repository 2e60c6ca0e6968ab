import { readDirtyDays } from "../dirty-days.js";
import { other } from "../other.js";
import type { Scope } from "./scope.js";

/** The titles that pages had last in the period, or else in a visit of it that reached over its ends. */
export function titlesOf(scope: Scope, pages: readonly number[]): ReadonlyMap<number, string> {
  const { from, to } = scope;
  const days = [...scope.days().toReversed(), to + 1, from - 1];
  const seenAfter = lastSeen(scope);
  const titles = new Map<number, string>();
  for (const page of pages) {
    const after = seenAfter(page);
    for (const day of days) {
      if (day > after && day <= to) continue;
      const title = titleOn(scope, page, day);
      if (title === undefined) continue;
      titles.set(page, title);
      break;
    }
  }
  return titles;
}

function titleOn({ connection, site }: Scope, page: number, day: number): string | undefined {
  return connection.get<{ text: string }>(
    `SELECT t.text FROM page_views p JOIN strings t ON t.n = p.title
     WHERE p.site = ? AND p.day = ? AND p.page = ? AND p.bot IS NULL ORDER BY p.at DESC, t.text LIMIT 1`,
    ...[site, day, page],
  )?.text;
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
