import { pagePath, parseUrl } from "@isotherm/protocol";
import type {
  HeatRow,
  HeatSession,
  HeatSessionAnswer,
  HeatSessionQuery,
  HeatSessionsAnswer,
  HeatSessionsQuery,
} from "../../../heat-collector.js";
import type { Connection } from "../../connection.js";
import type { Fragment } from "../../grouping.js";
import type { Reader } from "../scope.js";
import { readSessionId } from "../session-row.js";
import { foreignTab, type HeatBatch, type HeatSite, heatReader, heatSite, pathOf } from "./batches.js";
import { pointsOf } from "./points.js";
import { deviceOf, heatRow } from "./rows.js";

interface Row {
  readonly n: number;
  readonly first: number;
  readonly start: number;
  readonly seen: number;
  readonly user_name: string | null;
  readonly visitor_name: string;
}

const select = `SELECT s.n, s.first, s.start, s.seen, u.name AS user_name, v.name AS visitor_name
  FROM sessions s JOIN visitors v ON v.n = s.visitor
  LEFT JOIN visitors u ON u.n = CASE WHEN s.person <> s.visitor THEN s.person END`;

/** Visits as heat-collector's sessions. */
export function heatSessions({ connection }: Reader, query: HeatSessionsQuery): HeatSessionsAnswer {
  const site = heatSite(connection, query.site);
  const where = wanted(site, query);
  const total = connection.get<{ n: number }>(
    `SELECT count(*) AS n FROM sessions s WHERE ${where.sql}`,
    ...where.values,
  );
  const rows = connection.all<Row>(
    `${select} WHERE ${where.sql} ORDER BY s.start, s.n LIMIT ? OFFSET ?`,
    ...[...where.values, query.limit, query.offset],
  );
  const read = heatReader(connection, site);
  return {
    total: total?.n ?? 0,
    sessions: rows.map((row) => {
      const batches = read.ofSession(row.n);
      const { id, userId, startedAt, lastSeenAt, firstPath } = sessionOf(site, row, batches);
      return { sessionId: id, userId, startedAt, lastSeenAt, firstPath, eventCount: countOf(batches) };
    }),
  };
}

/** A visit with its events; there is none where no site of these has one. */
export function heatSession({ connection }: Reader, query: HeatSessionQuery): HeatSessionAnswer {
  for (const id of query.sites) {
    const site = heatSite(connection, id);
    const row = find(connection, site, query.id);
    if (!row) continue;
    const batches = heatReader(connection, site).ofSession(row.n);
    const rows = batches.flatMap((kept) => rowsOf(site, kept)).sort((a, b) => a.ts - b.ts);
    const events = rows.filter(({ type }) => query.type === null || type === query.type);
    const { offset, limit } = query;
    return {
      total: events.length,
      session: sessionOf(site, row, batches),
      visitor: row.visitor_name,
      events: events.slice(offset, offset + limit),
    };
  }
  return { total: 0, session: null, visitor: null, events: [] };
}

function wanted(site: HeatSite, { from, to, user, path }: HeatSessionsQuery): Fragment {
  const page = path === null ? null : (pagePath(parseUrl(path, "https://unknown.invalid")?.href ?? path) ?? path);
  const parts: readonly Fragment[] = [
    { sql: "s.site = ? AND s.bot IS NULL", values: [site.n] },
    ...(from === null ? [] : [{ sql: "s.start >= ?", values: [from] }]),
    ...(to === null ? [] : [{ sql: "s.seen <= ?", values: [to] }]),
    ...(page === null ? [] : [{ sql: "s.entry IN (SELECT n FROM strings WHERE text = ?)", values: [page] }]),
    ...(user === null
      ? []
      : [
          {
            sql: "s.person IN (SELECT n FROM visitors WHERE site = ? AND kind = 'user' AND name = ?)",
            values: [site.n, user],
          },
        ]),
  ];
  return { sql: parts.map(({ sql }) => sql).join(" AND "), values: parts.flatMap(({ values }) => values) };
}

function sessionOf(site: HeatSite, row: Row, batches: readonly HeatBatch[]): HeatSession {
  const first = batches.find(({ n }) => n === row.first);
  const told = first?.batch.events.find((event) => "platform" in event) as { readonly platform?: unknown } | undefined;
  return {
    id: first?.session ?? "",
    projectId: site.id,
    userId: row.user_name,
    startedAt: row.start,
    lastSeenAt: row.seen,
    firstPath: first ? pathOf(first.batch.page.url) : "",
    userAgent: first?.batch.edge.ua ?? null,
    deviceJson: first ? JSON.stringify(deviceOf({ batch: first.batch, platform: told?.platform })) : null,
    ipHash: null,
  };
}

function rowsOf(site: HeatSite, kept: HeatBatch): readonly HeatRow[] {
  return [...pointsOf(kept.batch)].map((point, k) => heatRow(site.id, kept, point, k));
}

function countOf(batches: readonly HeatBatch[]): number {
  let count = 0;
  for (const { batch } of batches) for (const _ of pointsOf(batch)) count++;
  return count;
}

/** The visit that our id names, or else the one in which a foreign SDK's session began. */
function find(connection: Connection, site: HeatSite, id: string): Row | undefined {
  const ours = readSessionId(id);
  const people = "s.site = ? AND s.bot IS NULL";
  if (ours) {
    const row = connection.get<Row>(
      `${select} WHERE ${people} AND s.n = (SELECT session FROM raw WHERE id = ? AND part = ?)`,
      ...[site.n, ours.id, ours.part],
    );
    if (row) return row;
  }
  const tab = foreignTab(site.id, id);
  const known = connection.get<{ from_at: number }>(
    "SELECT from_at FROM deliveries WHERE site = ? AND tab = ?",
    ...[site.n, tab],
  );
  if (!known) return undefined;
  const read = heatReader(connection, site);
  const begun = connection.all<{ n: number; session: number }>(
    "SELECT n, session FROM raw WHERE site = ? AND day = ? AND at = ? AND session IS NOT NULL",
    ...[site.n, site.zone.day(known.from_at), known.from_at],
  );
  const first = begun.find(({ n }) => read.one(n)?.batch.tab === tab);
  return first && connection.get<Row>(`${select} WHERE ${people} AND s.n = ?`, site.n, first.session);
}
