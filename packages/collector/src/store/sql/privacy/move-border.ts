import type { Zone } from "../../derive/zone.js";
import { type DayRow, type DayWriter, rowsOf } from "../days.js";
import { dirtyDays } from "../dirty-days.js";
import { visitsBetween } from "../grouping.js";
import { other } from "../other.js";
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
  const { rows } = rowsOf(writer, visitsBetween(site, Math.min(was, is), Math.max(was, is)));
  for (const row of rows) add(writer, site, day, row, sign);
  connection.run("DELETE FROM days WHERE site = ? AND day = ? AND visits <= 0", site, day);
  const dirty = dirtyDays(connection);
  dirty.touch(site, day);
  dirty.flush();
}

function add({ connection }: DayWriter, site: number, day: number, row: DayRow, sign: 1 | -1): void {
  const { dimension, value, counts } = row;
  const [visitors = 0, , ...others] = counts;
  // Who came on several days that were swept counts on each of them.
  const changes = [visitors, visitors, ...others].map((count) => sign * count);
  const sums = columns.map((column) => `${column} = ${column} + ?`).join(", ");
  const change = (of: number): number =>
    connection.change(
      `UPDATE days SET ${sums} WHERE site = ? AND dimension = ? AND day = ? AND value = ?`,
      ...[...changes, site, dimension, day, of],
    );
  if (change(value) > 0) return;
  // Of a day with too many values to be told apart, it is one of the others.
  if (sign < 0) {
    change(other.number);
    return;
  }
  connection.run(
    `INSERT INTO days (site, dimension, day, value, ${columns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[site, dimension, day, value, ...changes],
  );
}
