import { zone } from "../derive/zone.js";
import type { Connection, Value } from "./connection.js";
import { dayTotals } from "./day-totals.js";
import { totalColumns, visitsBetween, visitsBy } from "./grouping.js";
import { insertRows } from "./insert-rows.js";
import { rawBefore } from "./privacy/swept.js";
import { type NumberedSite, readSites } from "./registry.js";

const columns = [
  ...["site", "dimension", "day", "value", "visitors", "passing", "visits", "page_views", "bounces", "duration"],
  "clicks",
];

interface DirtyDay {
  readonly site: number;
  readonly day: number;
}

/** Derives all dirty days of a site before one; inside a transaction. */
export function renewDays(connection: Connection, site: NumberedSite, before: number): void {
  const dirty = connection.all<{ day: number }>(
    "SELECT day FROM dirty_days WHERE site = ? AND day < ?",
    ...[site.n, before],
  );
  for (const { day } of dirty) {
    connection.run("DELETE FROM days WHERE site = ? AND day = ?", site.n, day);
    deriveDay(connection, site.n, day, site.timeZone);
    connection.run("DELETE FROM dirty_days WHERE site = ? AND day = ?", site.n, day);
  }
}

/** Derives the oldest dirty day again, in a transaction of its own; false when there was none. */
export function renewDay(connection: Connection): boolean {
  return connection.write(() => renewOldest(connection));
}

/** The same within the caller's transaction. */
export function renewOldest(connection: Connection): boolean {
  const dirty = connection.get<DirtyDay>("SELECT site, day FROM dirty_days ORDER BY day LIMIT 1");
  if (!dirty) return false;
  renewOne(connection, dirty);
  return true;
}

/** The days that are dirty, the oldest first. */
export function allDirty(connection: Connection): readonly DirtyDay[] {
  return connection.all<DirtyDay>("SELECT site, day FROM dirty_days ORDER BY day, site");
}

/** Derives one dirty day again; inside a transaction. */
export function renewOne(connection: Connection, dirty: DirtyDay): void {
  const site = readSites(connection).find(({ n }) => n === dirty.site);
  // Of a day whose visits have gone, its rows are all that is known.
  if (dirty.day >= rawBefore(connection, dirty.site)) {
    connection.run("DELETE FROM days WHERE site = ? AND day = ?", dirty.site, dirty.day);
    if (site) deriveDay(connection, site.n, dirty.day, site.timeZone);
  }
  connection.run("DELETE FROM dirty_days WHERE site = ? AND day = ?", dirty.site, dirty.day);
}

function deriveDay(connection: Connection, site: number, day: number, timeZone: string): void {
  const local = zone(timeZone);
  const where = visitsBetween(site, local.start(day), local.start(day + 1));
  const rows = dayTotals(connection, where).map((total): readonly Value[] => [
    ...[site, total.dimension, day, total.value, total.visitors, total.passing, total.visits],
    ...[total.pageViews, total.bounces, total.duration, total.clicks],
  ]);
  insertRows(connection, "days", columns, rows);
  // A visit has many pages and events.
  for (const dimension of ["page", "event"] as const) {
    const visits = visitsBy(dimension, where);
    const totals = connection.table(
      `SELECT value, ${totalColumns} FROM (${visits.sql}) visits GROUP BY value`,
      ...visits.values,
    );
    insertRows(
      connection,
      "days",
      columns,
      totals.map(([value, ...counts]): readonly Value[] => [site, dimension, day, value as number, ...counts]),
    );
  }
}
