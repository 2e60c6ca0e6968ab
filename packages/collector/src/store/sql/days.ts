import { zone } from "../derive/zone.js";
import type { Connection, Value } from "./connection.js";
import { dayTotals, type VisitDimension, visitDimensions } from "./day-totals.js";
import { visitsBetween } from "./grouping.js";
import { insertRows } from "./insert-rows.js";
import { rawBefore } from "./privacy/swept.js";
import { type NumberedSite, readSites } from "./registry.js";
import { valueTotals } from "./value-totals.js";
import type { Writer } from "./writer.js";

const columns = [
  ...["site", "dimension", "day", "value", "visitors", "passing", "visits", "page_views", "bounces", "duration"],
  "clicks",
];

interface DirtyDay {
  readonly site: number;
  readonly day: number;
}

/** What deriving a day needs. */
type DayWriter = Pick<Writer, "connection" | "mostValues">;

/** What a day is counted by: a visit has one value of most, and many pages and events. */
export const dayDimensions: readonly (VisitDimension | "page" | "event")[] = [...visitDimensions, "page", "event"];

/** Derives all dirty days of a site before one; inside a transaction. */
export function renewDays(writer: DayWriter, site: NumberedSite, before: number): void {
  const dirty = writer.connection.all<{ day: number }>(
    "SELECT day FROM dirty_days WHERE site = ? AND day < ?",
    ...[site.n, before],
  );
  for (const { day } of dirty) renewOne(writer, { site: site.n, day });
}

/** Derives the oldest dirty day again, in a transaction of its own; false when there was none. */
export function renewDay(writer: DayWriter): boolean {
  return writer.connection.write(() => renewOldest(writer));
}

/** The same within the caller's transaction. */
export function renewOldest(writer: DayWriter): boolean {
  const dirty = writer.connection.get<DirtyDay>("SELECT site, day FROM dirty_days ORDER BY day LIMIT 1");
  if (!dirty) return false;
  renewOne(writer, dirty);
  return true;
}

/** The days that are dirty, the oldest first. */
export function allDirty(connection: Connection): readonly DirtyDay[] {
  return connection.all<DirtyDay>("SELECT site, day FROM dirty_days ORDER BY day, site");
}

/** Derives one dirty day again; inside a transaction. */
export function renewOne(writer: DayWriter, dirty: DirtyDay): void {
  const { connection } = writer;
  const site = readSites(connection).find(({ n }) => n === dirty.site);
  // Of a day whose visits have gone, its rows are all that is known.
  if (dirty.day >= rawBefore(connection, dirty.site)) {
    removeDay(connection, dirty.site, dirty.day);
    if (site) deriveDay(writer, site.n, dirty.day, site.timeZone);
  }
  connection.run("DELETE FROM dirty_days WHERE site = ? AND day = ?", dirty.site, dirty.day);
}

/** Deletes what is derived of a day; inside a transaction. */
export function removeDay(connection: Connection, site: number, day: number): void {
  // The key has the dimension before the day: without it all days of the site would be looked through.
  for (const dimension of dayDimensions)
    connection.run("DELETE FROM days WHERE site = ? AND dimension = ? AND day = ?", site, dimension, day);
  connection.run("DELETE FROM folded_values WHERE site = ? AND day = ?", site, day);
}

function deriveDay({ connection, mostValues }: DayWriter, site: number, day: number, timeZone: string): void {
  const local = zone(timeZone);
  const where = visitsBetween(site, local.start(day), local.start(day + 1));
  const { totals, crowded } = dayTotals(connection, where, mostValues);
  const rows = totals.map((total): readonly Value[] => [
    ...[site, total.dimension, day, total.value, total.visitors, total.passing, total.visits],
    ...[total.pageViews, total.bounces, total.duration, total.clicks],
  ]);
  insertRows(connection, "days", columns, rows);
  for (const dimension of [...crowded, "page", "event"] as const) {
    const { rows, folded } = valueTotals(connection, dimension, where, mostValues);
    insertRows(
      connection,
      "days",
      columns,
      rows.map(([value, ...counts]): readonly Value[] => [site, dimension, day, value, ...counts]),
    );
    if (folded === 0) continue;
    connection.run(
      "INSERT INTO folded_values (site, day, dimension, folded) VALUES (?, ?, ?, ?)",
      ...[site, day, dimension, folded],
    );
  }
}
