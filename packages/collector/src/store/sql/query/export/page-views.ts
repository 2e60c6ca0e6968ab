import type { ExportPage, ExportQuery } from "../../../export.js";
import { textsOf } from "../../strings.js";
import type { Scope } from "../scope.js";
import { sessionId } from "../session-row.js";
import { cursorOf, readCursor } from "./cursor.js";
import { isoTime } from "./iso-time.js";

interface Row {
  readonly session: number;
  readonly view: number;
  readonly page: number;
  readonly title: number | null;
  readonly bucket: number;
  readonly at: number;
  readonly views: number;
  readonly clicks: number;
  readonly engaged: number;
  readonly depth: number | null;
  readonly width: number;
  readonly height: number;
  readonly visitor_name: string;
  readonly id: Uint8Array;
  readonly part: number;
}

const select = `SELECT p.session, p.view, p.page, p.title, p.bucket, p.at, p.views, p.clicks, p.engaged, p.depth, p.width,
    p.height, v.name AS visitor_name, r.id, r.part
  FROM page_views p JOIN sessions s ON s.n = p.session JOIN raw r ON r.n = s.first JOIN visitors v ON v.n = p.visitor`;

/** Page views, day by day, and of a day page by page. */
export function exportPageViews(scope: Scope, { after, limit }: ExportQuery): ExportPage {
  const { connection, site } = scope;
  let [day, ...place] = readCursor(after, [scope.from, -1, -1, -1, -1]);
  const found: Row[] = [];
  for (const next of scope.days(day)) {
    if (next !== day) place = [-1, -1, -1, -1];
    day = next;
    const rows = connection.all<Row>(
      `${select} WHERE p.site = ? AND p.day = ? AND p.bot IS NULL AND (p.page, p.at, p.session, p.view) > (?, ?, ?, ?)
       ORDER BY p.page, p.at, p.session, p.view LIMIT ?`,
      ...[site, day, ...place, limit - found.length],
    );
    found.push(...rows);
    if (found.length === limit) break;
  }
  const names = textsOf(
    connection,
    found.flatMap(({ page, title }) => (title === null ? [page] : [page, title])),
  );
  const last = found.at(-1);
  return {
    rows: found.map((row) => [
      ...[sessionId(row.id, row.part), row.visitor_name, isoTime(row.at), names.get(row.page) ?? null],
      ...[row.title === null ? null : (names.get(row.title) ?? null), row.views, row.clicks, row.engaged],
      // Per mille in the store, per cent for people.
      ...[row.depth === null ? null : row.depth / 10, row.bucket, row.width, row.height],
    ]),
    next: last && found.length === limit ? cursorOf(day, last.page, last.at, last.session, last.view) : null,
  };
}
