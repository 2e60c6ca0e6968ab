import { zone } from "../derive/zone.js";
import type { Connection, Value } from "./connection.js";
import { dayTotals, type VisitDimension, visitDimensions } from "./day-totals.js";
import { type Fragment, visitsBetween } from "./grouping.js";
import { rowInserter } from "./insert-rows.js";
import { rawBefore } from "./privacy/swept.js";
import { type NumberedSite, readSites } from "./registry.js";
import { valueTotals } from "./value-totals.js";
import type { Writer } from "./writer.js";

const columns = [
  ...["site", "dimension", "day", "value", "visitors", "passing", "visits", "page_views", "bounces", "duration"],
  "clicks",
];
const insertDays = rowInserter("days", columns);

interface DirtyDay {
  readonly site: number;
  readonly day: number;
}

/** What deriving a day needs. */
export type DayWriter = Pick<Writer, "connection" | "mostValues">;

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

/** Derives the oldest dirty day again, inside a transaction; false when there was none. */
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

function deriveDay(writer: DayWriter, site: number, day: number, timeZone: string): void {
  const local = zone(timeZone);
  const { connection } = writer;
  const { rows, folded } = rowsOf(writer, visitsBetween(site, local.start(day), local.start(day + 1)));
  insertDays(
    connection,
    rows.map(({ dimension, value, counts }): readonly Value[] => [site, dimension, day, value, ...counts]),
  );
  for (const [dimension, count] of folded) {
    connection.run(
      "INSERT INTO folded_values (site, day, dimension, folded) VALUES (?, ?, ?, ?)",
      ...[site, day, dimension, count],
    );
  }
}

/** A row of `days` without whose and when it is. */
export interface DayRow {
  readonly dimension: (typeof dayDimensions)[number] | "all";
  readonly value: number;
  /** In the order of the columns from `visitors` on. */
  readonly counts: readonly number[];
}

/** What visits add up to as rows of one day, and how many values of a dimension stand in its `(other)`. */
export function rowsOf(
  { connection, mostValues }: DayWriter,
  where: Fragment,
): { readonly rows: readonly DayRow[]; readonly folded: readonly (readonly [dimension: string, count: number])[] } {
  const { totals, crowded } = dayTotals(connection, where, mostValues);
  const rows: DayRow[] = totals.map((total) => ({
    dimension: total.dimension,
    value: total.value,
    counts: [
      ...[total.visitors, total.passing, total.visits],
      ...[total.pageViews, total.bounces, total.duration, total.clicks],
    ],
  }));
  const folded: (readonly [string, number])[] = [];
  for (const dimension of [...crowded, "page", "event"] as const) {
    const found = valueTotals(connection, dimension, where, mostValues);
    for (const [value, ...counts] of found.rows) rows.push({ dimension, value, counts });
    if (found.folded > 0) folded.push([dimension, found.folded]);
  }
  return { rows, folded };
}
