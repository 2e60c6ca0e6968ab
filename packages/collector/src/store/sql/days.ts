import { zone } from "../derive/zone.js";
import type { Connection } from "./connection.js";
import { dayTotals } from "./day-totals.js";
import { totalColumns, visitsBetween, visitsBy } from "./grouping.js";
import { readSites } from "./registry.js";

const insert = `INSERT INTO days (site, dimension, day, value, visitors, passing, visits, page_views, bounces, duration, clicks)`;

/** Derives the oldest dirty day again; false when there was none. */
export function renewDay(connection: Connection): boolean {
  return connection.write(() => {
    const dirty = connection.get<{ site: number; day: number }>(
      "SELECT site, day FROM dirty_days ORDER BY day LIMIT 1",
    );
    if (!dirty) return false;
    const site = readSites(connection).find(({ n }) => n === dirty.site);
    connection.run("DELETE FROM days WHERE site = ? AND day = ?", dirty.site, dirty.day);
    if (site) deriveDay(connection, site.n, dirty.day, site.timeZone);
    connection.run("DELETE FROM dirty_days WHERE site = ? AND day = ?", dirty.site, dirty.day);
    return true;
  });
}

function deriveDay(connection: Connection, site: number, day: number, timeZone: string): void {
  const local = zone(timeZone);
  const where = visitsBetween(site, local.start(day), local.start(day + 1));
  for (const total of dayTotals(connection, where)) {
    connection.run(
      `${insert} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[site, total.dimension, day, total.value, total.visitors, total.passing, total.visits],
      ...[total.pageViews, total.bounces, total.duration, total.clicks],
    );
  }
  // A visit has many pages and events.
  for (const dimension of ["page", "event"] as const) {
    const visits = visitsBy(dimension, where);
    connection.run(
      `${insert} SELECT ?, ?, ?, value, ${totalColumns} FROM (${visits.sql}) GROUP BY value`,
      ...[site, dimension, day, ...visits.values],
    );
  }
}
