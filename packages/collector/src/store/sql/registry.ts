import type { Registry, Site, StoredKey } from "../store.js";
import type { Connection } from "./connection.js";
import { dirtyAll } from "./dirty-days.js";

interface SiteRow {
  readonly n: number;
  readonly id: string;
  readonly name: string;
  readonly site_group: string;
  readonly time_zone: string;
  readonly origins: string;
  readonly privacy: string;
  readonly demo: number;
  readonly created_at: number;
}

interface KeyRow {
  readonly id: string;
  readonly kind: StoredKey["kind"];
  readonly site: string | null;
  readonly label: string;
  readonly secret: string | null;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

/** A site with its number in this database. */
export interface NumberedSite extends Site {
  readonly n: number;
}

export function readSites(connection: Connection): readonly NumberedSite[] {
  return connection.all<SiteRow>("SELECT * FROM sites ORDER BY id").map(toSite);
}

export function readSite(connection: Connection, id: string): NumberedSite | undefined {
  const row = connection.get<SiteRow>("SELECT * FROM sites WHERE id = ?", id);
  return row && toSite(row);
}

export function readRegistry(connection: Connection): Registry {
  return {
    sites: readSites(connection).map(({ n, ...site }) => site),
    keys: connection.all<KeyRow>("SELECT * FROM keys ORDER BY id").map(toKey),
  };
}

export function putSite(connection: Connection, site: Site): void {
  const { id, name, group, timeZone, origins, privacy, demo, createdAt } = site;
  connection.write(() => {
    const before = readSite(connection, id);
    connection.run(
      `INSERT INTO sites (id, name, site_group, time_zone, origins, privacy, demo, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, site_group = excluded.site_group,
         time_zone = excluded.time_zone, origins = excluded.origins, privacy = excluded.privacy, demo = excluded.demo,
         created_at = excluded.created_at`,
      ...[id, name, group, timeZone, JSON.stringify(origins), JSON.stringify(privacy), demo ? 1 : 0, createdAt],
    );
    if (before && before.timeZone !== timeZone) dirtyAll(connection, before.n);
  });
}

export function putKey(connection: Connection, key: StoredKey): void {
  const { id, kind, site, label, secret, createdAt, revokedAt } = key;
  connection.run(
    `INSERT INTO keys (id, kind, site, label, secret, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, site = excluded.site, label = excluded.label,
       secret = excluded.secret, created_at = excluded.created_at, revoked_at = excluded.revoked_at`,
    ...[id, kind, site, label, secret, createdAt, revokedAt],
  );
}

function toSite(row: SiteRow): NumberedSite {
  return {
    n: row.n,
    id: row.id,
    name: row.name,
    group: row.site_group,
    timeZone: row.time_zone,
    origins: JSON.parse(row.origins) as string[],
    privacy: JSON.parse(row.privacy) as Site["privacy"],
    demo: row.demo === 1,
    createdAt: row.created_at,
  };
}

function toKey(row: KeyRow): StoredKey {
  const { id, kind, site, label, secret, created_at: createdAt, revoked_at: revokedAt } = row;
  return { id, kind, site, label, secret, createdAt, revokedAt };
}
