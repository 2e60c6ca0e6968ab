import { hostOf } from "../../enrich/host.js";
import { zone } from "../derive/zone.js";
import type { RebuildStep } from "../store.js";
import type { Connection } from "./connection.js";
import { deriveSession, deriveTouched } from "./derive-visitor.js";
import { dirtyDays } from "./dirty-days.js";
import type { WrittenSite } from "./insert-batch.js";
import { pieceOf, piecesOfSession, type RawPiece } from "./raw-piece.js";
import { dirtyCount, renewSome } from "./rebuild-days.js";
import { readSites } from "./registry.js";
import { sessionOf, storedSessions } from "./replace-sessions.js";
import { chainOf } from "./visitors.js";
import type { Writer } from "./writer.js";

/** Rows of raw that are listed, and visitors that are derived, in one turn. */
const listed = 20_000;
const derived = 20;

/** What a turn does, and goes on with: the rows of raw to list or to settle behind a number, the visitors in the list, the days. */
const [listing, deriving, settling, renewing] = [0, 1, 2, -1];

/**
 * Derives the visits of all visitors again, visitor by visitor; then which visit takes in what has none of its own
 * visitor's, once all are there to choose from; then the days that all this touches. `rebuild_pieces` lists
 * the rows of raw by visitor while it lasts: an index for that would cost every batch that ever comes.
 */
export function rebuildSessions(writer: Writer, at: RebuildStep["next"]): RebuildStep {
  const { connection } = writer;
  const [phase, value = 0] = at ?? [listing, 0];
  if (at === null) forgetLost(connection);
  if (phase === renewing) return renewSome(writer, value);
  if (phase === listing) return list(connection, value);
  if (phase === settling) return settle(writer, value);
  for (let turn = 0; turn < derived; turn++) {
    const visitor = connection.get<{ n: number | null }>("SELECT min(visitor) AS n FROM rebuild_pieces")?.n ?? null;
    if (visitor === null) return { done: value, total: value, next: [settling, 0] };
    deriveAll(writer, visitor);
  }
  const left = connection.get<{ n: number }>("SELECT count(*) AS n FROM rebuild_pieces")?.n ?? 0;
  return { done: Math.max(0, value - left), total: value, next: [deriving, value] };
}

/** Page views of visits that are not there, and batches that say they belong to one. */
function forgetLost(connection: Connection): void {
  connection.run("DELETE FROM rebuild_pieces");
  connection.run("DELETE FROM page_views WHERE session NOT IN (SELECT n FROM sessions)");
  connection.run("UPDATE raw SET session = NULL WHERE session IS NOT NULL AND session NOT IN (SELECT n FROM sessions)");
}

function list(connection: Connection, from: number): RebuildStep {
  const total = connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;
  const to = Math.min(from + listed, total);
  connection.run("INSERT INTO rebuild_pieces SELECT visitor, n FROM raw WHERE n > ? AND n <= ?", from, to);
  if (to < total) return { done: to, total, next: [listing, to] };
  const count = connection.get<{ n: number }>("SELECT count(*) AS n FROM rebuild_pieces")?.n ?? 0;
  return { done: to, total, next: [deriving, count] };
}

/** Derives the visits of a visitor, and of those linked with it by yesterday's hash, from nothing but their batches. */
function deriveAll(writer: Writer, visitor: number): void {
  const { connection } = writer;
  const site = siteOf(connection, visitor);
  const chain = site ? chainOf(connection, site.n, visitor) : [visitor];
  const pieces = new Map<number, RawPiece>();
  for (const member of chain) {
    const rows = connection.all<{ raw: number }>("SELECT raw FROM rebuild_pieces WHERE visitor = ?", member);
    for (const { raw } of rows) {
      const piece = pieceOf(connection, raw);
      if (piece) pieces.set(raw, piece);
    }
    connection.run("DELETE FROM rebuild_pieces WHERE visitor = ?", member);
  }
  if (!site) return;
  const days = new Set<number>();
  const gone = new Set<number>();
  for (const session of chain.flatMap((member) => storedSessions(connection, member))) {
    // A visit whose batches are gone cannot be derived again, and stays as it is.
    if (connection.get("SELECT 1 AS there FROM raw WHERE n = ?", session.first) === undefined) continue;
    // What came since the list was made.
    for (const piece of piecesOfSession(connection, session.n)) {
      if (chain.includes(piece.visitor)) pieces.set(piece.n, piece);
    }
    connection.run("UPDATE raw SET session = NULL WHERE session = ?", session.n);
    connection.run("DELETE FROM page_views WHERE session = ?", session.n);
    connection.run("DELETE FROM sessions WHERE n = ?", session.n);
    gone.add(session.n);
    days.add(session.day);
  }
  const touched = [...pieces.values()].map((piece) =>
    piece.session !== null && gone.has(piece.session) ? { ...piece, session: null } : piece,
  );
  const dirty = dirtyDays(connection);
  dirty.add(site.n, days);
  dirty.add(site.n, deriveTouched(writer, site, chain, touched));
  dirty.flush();
}

/** Finds the visits of others again for batches without activity that none of their own visitor's takes in. */
function settle(writer: Writer, from: number): RebuildStep {
  const { connection } = writer;
  const rows = connection.all<{ n: number }>(
    `SELECT r.n FROM raw r LEFT JOIN sessions s ON s.n = r.session
     WHERE r.n > ? AND r.first IS NULL AND r.bot IS NULL AND (s.n IS NULL OR s.visitor <> r.visitor)
     ORDER BY r.n LIMIT ${derived}`,
    from,
  );
  for (const { n } of rows) {
    const piece = pieceOf(connection, n);
    const site = piece && siteOf(connection, piece.visitor);
    if (!site) continue;
    const chain = chainOf(connection, site.n, piece.visitor);
    const host = piece.session === null ? undefined : sessionOf(connection, piece.session);
    if (host && chain.includes(host.visitor as number)) continue;
    const dirty = dirtyDays(connection);
    dirty.add(site.n, deriveTouched(writer, site, chain, [piece]));
    if (host) dirty.add(site.n, deriveSession(writer, site, host));
    dirty.flush();
  }
  const last = rows.at(-1)?.n ?? from;
  if (rows.length === derived) return { done: 0, total: 1, next: [settling, last] };
  const total = dirtyCount(connection);
  return { done: 1, total: 1, next: [renewing, total] };
}

function siteOf(connection: Connection, visitor: number): WrittenSite | undefined {
  const row = connection.get<{ site: number }>("SELECT site FROM visitors WHERE n = ?", visitor);
  const found = readSites(connection).find(({ n }) => n === row?.site);
  if (!found) return undefined;
  const hosts = found.origins.map(hostOf).filter((host) => host !== null);
  return { n: found.n, zone: zone(found.timeZone), hosts: new Set(hosts) };
}
