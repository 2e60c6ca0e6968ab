import type { Event, SessionAnswer, TimelineEntry } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import { eventTime } from "../../derive/event-time.js";
import { type PackedRow, packedColumns, unpacker } from "../pack.js";
import { textsOf } from "../strings.js";
import { asOf, type Reader } from "./scope.js";
import { readSessionId, type StoredRow, selectRows, toSessionRows } from "./session-row.js";

interface ViewRow {
  readonly view: number;
  readonly page: number;
  readonly title: number | null;
  readonly at: number;
  readonly engaged: number;
  readonly depth: number | null;
}

interface BatchRow extends PackedRow {
  readonly page: number;
  readonly view: number;
}

export function session(
  { connection }: Reader,
  { id }: { readonly id: string },
): SessionAnswer & { readonly site: string } {
  const named = readSessionId(id);
  const row =
    named &&
    connection.get<StoredRow & { site: number }>(
      `${selectRows} WHERE s.n = (SELECT session FROM raw WHERE id = ? AND part = ?)`,
      ...[named.id, named.part],
    );
  const [found] = row ? toSessionRows(connection, [row]) : [];
  if (!row || !found) throw new CollectorError("session_unknown", `there is no visit ${id}`);
  const views = connection.all<ViewRow>(
    "SELECT view, page, title, at, engaged, depth FROM page_views WHERE session = ? ORDER BY at, view",
    row.n,
  );
  const batches = connection.all<BatchRow>(
    `SELECT r.page, r.view, ${packedColumns} FROM raw r JOIN packed p ON p.n = r.n WHERE r.session = ? ORDER BY r.n`,
    row.n,
  );
  const texts = textsOf(connection, [
    ...views.flatMap(({ page, title }) => (title === null ? [page] : [page, title])),
    ...batches.map(({ page }) => page),
  ]);
  const unpack = unpacker(connection);
  const ids = new Map<number, string>();
  const timeline: TimelineEntry[] = [];
  for (const { page, view, ...packed } of batches) {
    const batch = unpack(packed);
    ids.set(view, batch.page.id);
    const timeOf = eventTime(batch);
    for (const event of batch.events) timeline.push(entryOf(event, timeOf(event), texts.get(page) ?? ""));
  }
  return {
    site: connection.get<{ id: string }>("SELECT id FROM sites WHERE n = ?", row.site)?.id ?? "",
    asOf: asOf(connection, row.site),
    session: found,
    pageViews: views.map(({ view, page, title, at, engaged, depth }) => ({
      id: ids.get(view) ?? "",
      page: texts.get(page) ?? "",
      title: texts.get(title ?? -1) ?? "",
      at,
      engaged,
      depth,
    })),
    timeline: timeline.sort((a, b) => a.at - b.at),
  };
}

function entryOf(event: Event, at: number, page: string): TimelineEntry {
  const { t, type, ...rest } = event;
  const { path, ...detail } = rest as { readonly path?: unknown; readonly [key: string]: unknown };
  return { at, page, type, detail };
}
