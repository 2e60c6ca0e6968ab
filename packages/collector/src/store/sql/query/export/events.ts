import type { ExportCell, ExportPage, ExportQuery } from "../../../export.js";
import { type PackedRow, packedColumns, unpacker } from "../../pack.js";
import { textsOf } from "../../strings.js";
import type { Scope } from "../scope.js";
import { sessionId } from "../session-row.js";
import { cursorOf, readCursor } from "./cursor.js";
import { isoTime } from "./iso-time.js";

interface Row extends PackedRow {
  readonly raw: number;
  readonly n: number;
  readonly type: string;
  readonly name: number;
  readonly at: number;
  readonly value: number | null;
  readonly currency: string | null;
  readonly page: number;
  readonly visitor_name: string;
  readonly first_id: Uint8Array | null;
  readonly first_part: number | null;
}

const select = `SELECT e.raw, e.n, e.type, e.name, e.at, e.value, e.currency, r.page, v.name AS visitor_name,
    f.id AS first_id, f.part AS first_part, ${packedColumns}
  FROM raw r JOIN events e ON e.raw = r.n JOIN packed p ON p.n = r.n JOIN visitors v ON v.n = r.visitor
  LEFT JOIN sessions s ON s.n = r.session LEFT JOIN raw f ON f.n = s.first`;

/** Custom events, goals, vitals, errors, exposures and outbound links, day by day, and of a day page by page. */
export function exportEvents(scope: Scope, { after, limit }: ExportQuery): ExportPage {
  const { connection, site } = scope;
  let [day, ...place] = readCursor(after, [scope.from, -1, -1, -1]);
  const found: Row[] = [];
  for (const next of scope.days(day)) {
    if (next !== day) place = [-1, -1, -1];
    day = next;
    const rows = connection.all<Row>(
      `${select} WHERE r.site = ? AND r.day = ? AND r.bot IS NULL AND (r.page, r.n, e.n) > (?, ?, ?)
       ORDER BY r.page, r.n, e.n LIMIT ?`,
      ...[site, day, ...place, limit - found.length],
    );
    found.push(...rows);
    if (found.length === limit) break;
  }
  const names = textsOf(
    connection,
    found.flatMap(({ page, name }) => [page, name]),
  );
  const toCells = cellsOf(scope);
  const last = found.at(-1);
  return {
    rows: found.map((row) => toCells(row, names)),
    next: last && found.length === limit ? cursorOf(day, last.page, last.raw, last.n) : null,
  };
}

function cellsOf({ connection }: Scope): (row: Row, names: ReadonlyMap<number, string>) => readonly ExportCell[] {
  const unpack = unpacker(connection);
  // Events of one batch come one after the other.
  let kept: { readonly raw: number; readonly batch: ReturnType<typeof unpack> } | null = null;
  return (row, names) => {
    if (kept?.raw !== row.raw) kept = { raw: row.raw, batch: unpack(row) };
    const { batch } = kept;
    const { t, type, name, value, currency, props, ...rest } = { props: undefined, ...batch.events[row.n] } as {
      readonly [field: string]: unknown;
    };
    const properties = { ...(props as object | undefined), ...rest };
    return [
      ...[row.first_id === null ? null : sessionId(row.first_id, row.first_part ?? 0), row.visitor_name],
      ...[batch.user ?? null, isoTime(row.at), names.get(row.page) ?? null, row.type, names.get(row.name) ?? null],
      ...[row.value, row.currency, Object.keys(properties).length === 0 ? null : properties],
    ];
  };
}
