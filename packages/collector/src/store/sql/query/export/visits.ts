import { notSet } from "../../../../enrich/not-set.js";
import type { ExportCell, ExportPage, ExportQuery } from "../../../export.js";
import type { VisitDimension } from "../../day-totals.js";
import { textsOf } from "../../strings.js";
import type { Scope } from "../scope.js";
import { type StoredRow, selectRows, sessionId } from "../session-row.js";
import { cursorOf, readCursor } from "./cursor.js";
import { isoTime } from "./iso-time.js";

type Row = StoredRow & { readonly [column in Exclude<VisitDimension, "all">]: number };

/** Columns that are numbers of texts, in the order of the export. */
const texts = [
  ...["entry", "exit", "source", "medium", "campaign", "term", "content", "channel", "referrer"],
  ...["device", "vendor", "model", "browser", "browserVersion", "system", "systemVersion", "language"],
  ...["country", "eu", "region", "city", "timeZone", "network", "org", "asn"],
] as readonly Exclude<VisitDimension, "all">[];

/** Visits in the order in which they began. */
export function exportVisits(scope: Scope, { after, limit }: ExportQuery): ExportPage {
  const { connection, visits } = scope;
  const rows = connection.all<Row>(
    `${selectRows} WHERE ${visits.sql} AND (s.start, s.n) > (?, ?) ORDER BY s.start, s.n LIMIT ?`,
    ...[...visits.values, ...readCursor(after, [-1, -1]), limit],
  );
  const names = textsOf(
    connection,
    rows.flatMap((row) => texts.map((column) => row[column])),
  );
  const last = rows.at(-1);
  return {
    rows: rows.map((row): readonly ExportCell[] => [
      ...[sessionId(row.id, row.part), row.visitor_name, row.user_name, isoTime(row.start), isoTime(row.end)],
      ...[row.duration, row.engaged, row.page_views, row.clicks, row.events, row.bounce === 1],
      ...texts.map((column) => known(names.get(row[column]))),
    ]),
    next: last && rows.length === limit ? cursorOf(last.start, last.n) : null,
  };
}

/** What is not known is nothing, not a word for it. */
const known = (text: string | undefined): string | null => (text === undefined || text === notSet ? null : text);
