import { isValid } from "../../auth/is-valid.js";
import { zone } from "../derive/zone.js";
import type { KeyScope } from "../people.js";
import type { Registry, Rotation, Site, StoredKey } from "../sites.js";
import type { Connection } from "./connection.js";
import type { DayWriter } from "./days.js";
import { dirtyAll } from "./dirty-days.js";
import { defaultOrganisation, readMembers, readOrganisations } from "./organisations.js";
import { noteAudit } from "./privacy/audit.js";
import { moveBorder } from "./privacy/move-border.js";

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
  readonly organisation: string | null;
  readonly raw_days: number;
  readonly aggregate_days: number;
  readonly snapshot_days: number;
}

interface KeyRow {
  readonly id: string;
  readonly kind: StoredKey["kind"];
  readonly site: string | null;
  readonly label: string;
  readonly secret: string | null;
  readonly created_at: number;
  readonly revoked_at: number | null;
  readonly organisation: string | null;
  readonly scopes: string | null;
  readonly origins: string | null;
  readonly member: string | null;
  readonly events_per_minute: number | null;
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
    organisations: readOrganisations(connection),
    members: readMembers(connection),
  };
}

export function putSite(writer: DayWriter, site: Site): void {
  const { connection } = writer;
  connection.write(() => {
    const before = readSite(connection, site.id);
    writeSite(connection, site);
    if (!before || before.timeZone === site.timeZone) return;
    dirtyAll(connection, before.n);
    moveBorder(writer, before.n, zone(before.timeZone), zone(site.timeZone));
  });
}

export function addSite(connection: Connection, site: Site, actor: string): boolean {
  return connection.write(() => {
    const { id, organisation = defaultOrganisation, createdAt: at } = site;
    if (readSite(connection, id) !== undefined) return false;
    writeSite(connection, site);
    noteAudit(connection, { at, actor, action: "site_created", site: id, subject: organisation, detail: null });
    return true;
  });
}

function writeSite(connection: Connection, site: Site): void {
  const { id, name, group, timeZone, origins, privacy, demo, createdAt, retention, organisation } = site;
  const { rawDays = 0, aggregateDays = 0, snapshotDays = 0 } = retention ?? {};
  connection.run(
    `INSERT INTO sites (id, name, site_group, time_zone, origins, privacy, demo, created_at,
       raw_days, aggregate_days, snapshot_days, organisation)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, site_group = excluded.site_group,
       time_zone = excluded.time_zone, origins = excluded.origins, privacy = excluded.privacy, demo = excluded.demo,
       created_at = excluded.created_at, raw_days = excluded.raw_days, aggregate_days = excluded.aggregate_days,
       snapshot_days = excluded.snapshot_days, organisation = excluded.organisation`,
    ...[id, name, group, timeZone, JSON.stringify(origins), JSON.stringify(privacy), demo ? 1 : 0, createdAt],
    ...[rawDays, aggregateDays, snapshotDays, organisation ?? null],
  );
}

export function putKey(connection: Connection, key: StoredKey, actor: string): void {
  connection.write(() => {
    const before = readKey(connection, key.id);
    writeKey(connection, { ...key, revokedAt: earlier(before?.revokedAt, key.revokedAt) }, before, actor);
  });
}

export function rotateKey(connection: Connection, { id, next, until }: Rotation, actor: string): boolean {
  return connection.write(() => {
    const before = readKey(connection, id);
    if (before === undefined || !isValid(before, next.createdAt)) return false;
    writeKey(connection, next, undefined, actor);
    writeKey(connection, { ...before, revokedAt: earlier(before.revokedAt, until) }, before, actor);
    return true;
  });
}

function readKey(connection: Connection, id: string): StoredKey | undefined {
  const row = connection.get<KeyRow>("SELECT * FROM keys WHERE id = ?", id);
  return row && toKey(row);
}

/** Of two times, of which each may be none. */
function earlier(one: number | null = null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function writeKey(connection: Connection, key: StoredKey, before: StoredKey | undefined, actor: string): void {
  const { id, kind, site, label, secret, createdAt, revokedAt } = key;
  const { organisation = null, scopes = null, origins = null, member = null, eventsPerMinute = null } = key;
  if (before) connection.run("DELETE FROM keys WHERE id = ?", id);
  connection.run(
    `INSERT INTO keys (id, kind, site, label, secret, created_at, revoked_at, organisation, scopes, origins, member,
       events_per_minute)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, kind, site, label, secret, createdAt, revokedAt, organisation],
    ...[scopes && JSON.stringify(scopes), origins && JSON.stringify(origins), member, eventsPerMinute],
  );
  const action = before === undefined ? "key_created" : revokedAt === null ? "key_changed" : "key_revoked";
  const at = before === undefined ? createdAt : Date.now();
  noteAudit(connection, { at, actor, action, site, subject: id, detail: kind });
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
    ...(row.organisation !== null && row.organisation !== defaultOrganisation && { organisation: row.organisation }),
    ...(row.raw_days + row.aggregate_days + row.snapshot_days > 0 && {
      retention: { rawDays: row.raw_days, aggregateDays: row.aggregate_days, snapshotDays: row.snapshot_days },
    }),
  };
}

function toKey(row: KeyRow): StoredKey {
  const { id, kind, site, label, secret, created_at: createdAt, revoked_at: revokedAt } = row;
  const { organisation, scopes, origins, member, events_per_minute: eventsPerMinute } = row;
  return {
    ...{ id, kind, site, label, secret, createdAt, revokedAt },
    ...(organisation !== null && { organisation }),
    ...(scopes !== null && { scopes: JSON.parse(scopes) as KeyScope[] }),
    ...(origins !== null && { origins: JSON.parse(origins) as string[] }),
    ...(member !== null && { member }),
    ...(eventsPerMinute !== null && { eventsPerMinute }),
  };
}
