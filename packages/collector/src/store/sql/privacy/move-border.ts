import type { Zone } from "../../derive/zone.js";
import { type DayRow, type DayWriter, rowsOf } from "../days.js";
import { dirtyDays } from "../dirty-days.js";
import { type Fragment, visitsBetween } from "../grouping.js";
import { other } from "../other.js";
import { othersTotal } from "../value-totals.js";
import { rawBefore } from "./swept.js";

const columns = ["visitors", "passing", "visits", "page_views", "bounces", "duration", "clicks"] as const;

/**
 * Keeps every visit counted once where a site's days begin at other times from now on, of which the older show what they were
 * counted as before. Visits that are kept, and no longer began on a day that is, are added to the last day before; those that
 * do now and did not are taken from it. Inside a transaction.
 */
export function moveBorder(writer: DayWriter, site: number, before: Zone, after: Zone): void {
  const { connection } = writer;
  const kept = rawBefore(connection, site);
  // Nothing was swept.
  if (kept === Number.MIN_SAFE_INTEGER) return;
  const [was, is] = [before.start(kept), after.start(kept)];
  const sign = is > was ? 1 : -1;
  const day = kept - 1;
  const moved = rowsLike(writer, site, day, visitsBetween(site, Math.min(was, is), Math.max(was, is)));
  for (const row of moved) add(writer, site, day, row, sign);
  connection.run("DELETE FROM days WHERE site = ? AND day = ? AND visits <= 0", site, day);
  const dirty = dirtyDays(connection);
  dirty.touch(site, day);
  dirty.flush();
}

/** What visits add up to in the rows that a day has: where some of its values are not told apart, those of the visits are not either. */
function rowsLike({ connection }: DayWriter, site: number, day: number, where: Fragment): readonly DayRow[] {
  const { rows } = rowsOf({ connection, mostValues: Number.MAX_SAFE_INTEGER }, where);
  const folded = connection.table<readonly [DayRow["dimension"]]>(
    "SELECT dimension FROM days WHERE site = ? AND day = ? AND value = ? AND dimension <> 'all'",
    ...[site, day, other.number],
  );
  return folded.flat().reduce((told, dimension): readonly DayRow[] => {
    if (dimension === "all") return told;
    const there = connection.table<readonly [number]>(
      "SELECT value FROM days WHERE site = ? AND dimension = ? AND day = ? AND value <> ?",
      ...[site, dimension, day, other.number],
    );
    const named = new Set(there.flat());
    const [value, ...counts] = othersTotal(connection, dimension, where, named);
    return [...told.filter((row) => row.dimension !== dimension || named.has(row.value)), { dimension, value, counts }];
  }, rows);
}

function add({ connection }: DayWriter, site: number, day: number, row: DayRow, sign: 1 | -1): void {
  const { dimension, value, counts } = row;
  const [visitors = 0, , ...others] = counts;
  // Who came on several days that were swept counts on each of them.
  const changes = [visitors, visitors, ...others].map((count) => sign * count);
  const sums = columns.map((column) => `${column} = ${column} + ?`).join(", ");
  const changed = connection.change(
    `UPDATE days SET ${sums} WHERE site = ? AND dimension = ? AND day = ? AND value = ?`,
    ...[...changes, site, dimension, day, value],
  );
  if (changed > 0 || sign < 0) return;
  connection.run(
    `INSERT INTO days (site, dimension, day, value, ${columns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[site, dimension, day, value, ...changes],
  );
}
