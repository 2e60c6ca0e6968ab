import type { Salt } from "@isotherm/protocol";
import type { Connection } from "./connection.js";

/** How long after its day began a salt is kept, in milliseconds. */
const keeping = 172_800_000;

interface SaltRow {
  readonly site_group: string;
  readonly day: string;
  readonly from_at: number;
  readonly until_at: number;
  readonly secret: string;
}

interface LinkRow {
  readonly visitor: number;
  readonly previous: string;
  readonly site: number;
}

/** Creates what is missing, deletes what is past keeping, and gives all that is left. */
export function renewSalts(connection: Connection, wanted: readonly Salt[], now: number): readonly Salt[] {
  const rows = connection.write(() => {
    for (const { group, day, from, until, secret } of wanted) {
      if (from + keeping <= now) continue;
      connection.run(
        `INSERT INTO salts (site_group, day, from_at, until_at, secret) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (site_group, day) DO NOTHING`,
        ...[group, day, from, until, secret],
      );
    }
    const changes = connection.change("DELETE FROM salts WHERE from_at <= ?", now - keeping);
    if (changes > 0) forgetLinks(connection, now);
    return { changes, kept: connection.all<SaltRow>("SELECT * FROM salts ORDER BY site_group, day") };
  });
  if (rows.changes > 0) connection.purge(["salts", "links"]);
  return rows.kept.map(({ site_group: group, day, from_at: from, until_at: until, secret }) => ({
    group,
    day,
    from,
    until,
    secret,
  }));
}

/** With its salt, a hash of the day before goes too, unless it did join a visit over midnight. */
function forgetLinks(connection: Connection, now: number): void {
  const old = connection.all<LinkRow>("SELECT visitor, previous, site FROM links WHERE at <= ?", now - keeping);
  for (const { visitor, previous, site } of old) {
    const joined = connection.get(
      `SELECT 1 FROM visitors v JOIN sessions s ON s.visitor = v.n JOIN raw r ON r.session = s.n
       WHERE v.site = ? AND v.kind = 'daily' AND v.name = ? AND r.visitor = ? LIMIT 1`,
      ...[site, previous, visitor],
    );
    if (!joined) connection.run("DELETE FROM links WHERE visitor = ? AND previous = ?", visitor, previous);
  }
}
