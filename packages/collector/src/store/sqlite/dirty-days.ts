import type { Connection } from "./connection.js";

/** Local days whose rows in `days` no longer hold; queries read these days from sessions until they are derived again. */
export interface DirtyDays {
  add(site: number, days: Iterable<number>): void;
  flush(): void;
}

export function dirtyDays(connection: Connection): DirtyDays {
  const open = new Map<number, Set<number>>();
  return {
    add(site, days) {
      let known = open.get(site);
      if (!known) {
        known = new Set();
        open.set(site, known);
      }
      for (const day of days) known.add(day);
    },
    flush() {
      for (const [site, days] of open) {
        for (const day of days) connection.run("INSERT OR IGNORE INTO dirty_days VALUES (?, ?)", site, day);
      }
      open.clear();
    },
  };
}

/** The dirty days of a site between two days, both included. */
export function readDirtyDays(connection: Connection, site: number, from: number, to: number): readonly number[] {
  const rows = connection.all<{ day: number }>(
    "SELECT day FROM dirty_days WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day",
    ...[site, from, to],
  );
  return rows.map(({ day }) => day);
}
