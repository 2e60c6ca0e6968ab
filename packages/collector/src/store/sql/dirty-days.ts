import type { Connection } from "./connection.js";
import { rawBefore } from "./privacy/swept.js";

/**
 * Local days that a run of writing changes. Each gets a new version, so that readers know what they remember of it no
 * longer holds: whatever writes anything of a day that a query reads has to say so here.
 */
export interface DirtyDays {
  /** Visits of these days changed: their rows in `days` no longer hold, and queries read sessions until they do again. */
  add(site: number, days: Iterable<number>): void;
  /** Something else of this day changed, that no row of `days` tells. */
  touch(site: number, day: number): void;
  flush(): void;
}

const markDirty = "INSERT INTO dirty_days (site, day) VALUES (?, ?) ON CONFLICT (site, day) DO NOTHING";

export function dirtyDays(connection: Connection): DirtyDays {
  /** By site and day, whether the rows of the day are to be derived again. */
  const open = new Map<number, Map<number, boolean>>();
  const daysOf = (site: number): Map<number, boolean> => {
    const known = open.get(site);
    if (known) return known;
    const made = new Map<number, boolean>();
    open.set(site, made);
    return made;
  };
  return {
    add(site, days) {
      const known = daysOf(site);
      for (const day of days) known.set(day, true);
    },
    touch(site, day) {
      const known = daysOf(site);
      if (!known.has(day)) known.set(day, false);
    },
    flush() {
      for (const [site, days] of open) {
        // Of a day whose visits have gone, its rows are all that is known.
        const kept = rawBefore(connection, site);
        for (const [day, dirty] of days) {
          if (dirty && day >= kept) connection.run(markDirty, site, day);
          connection.run(
            `INSERT INTO day_versions (site, day, version) VALUES (?, ?, 1)
             ON CONFLICT (site, day) DO UPDATE SET version = day_versions.version + 1`,
            ...[site, day],
          );
        }
      }
      open.clear();
    },
  };
}

/** All days of a site begin and end at other times now: their rows no longer hold, nor do those of the days around them. */
export function dirtyAll(connection: Connection, site: number): void {
  connection.run(
    `INSERT INTO dirty_days (site, day) SELECT DISTINCT v.site, v.day + shifted.days
     FROM day_versions v, (SELECT -1 AS days UNION SELECT 0 UNION SELECT 1) shifted
     WHERE v.site = ? AND v.day + shifted.days >= ?
     ON CONFLICT (site, day) DO NOTHING`,
    ...[site, rawBefore(connection, site)],
  );
  connection.run(
    `INSERT INTO day_versions (site, day, version) SELECT site, day, 1 FROM dirty_days WHERE site = ?
     ON CONFLICT (site, day) DO UPDATE SET version = day_versions.version + 1`,
    site,
  );
}

/** The dirty days of a site between two days, both included. */
export function readDirtyDays(connection: Connection, site: number, from: number, to: number): readonly number[] {
  const rows = connection.all<{ day: number }>(
    "SELECT day FROM dirty_days WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day",
    ...[site, from, to],
  );
  return rows.map(({ day }) => day);
}
