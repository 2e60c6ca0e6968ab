import type { SessionRow } from "@isotherm/protocol";
import { notSet } from "../../../enrich/not-set.js";
import type { Connection } from "../connection.js";
import { textsOf } from "../strings.js";

/** A visit as it is read from its table. */
export interface StoredRow {
  readonly n: number;
  readonly id: Uint8Array;
  readonly part: number;
  readonly visitor_name: string;
  readonly user_name: string | null;
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly engaged: number;
  readonly page_views: number;
  readonly clicks: number;
  readonly events: number;
  readonly bounce: number;
  readonly entry: number;
  readonly exit: number;
  readonly source: number;
  readonly channel: number;
  readonly device: number;
  readonly browser: number;
  readonly system: number;
  readonly country: number;
}

/** Selects visits as `s` with all that a row needs; a condition follows. */
export const selectRows = `SELECT s.*, r.id, r.part, v.name AS visitor_name, u.name AS user_name
  FROM sessions s JOIN raw r ON r.n = s.first JOIN visitors v ON v.n = s.visitor
  LEFT JOIN visitors u ON u.n = CASE WHEN s.person <> s.visitor THEN s.person END`;

const texts = ["entry", "exit", "source", "channel", "device", "browser", "system", "country"] as const;

/** A visit is named after the batch that it began with, so that an id always finds the visit that this batch is in. */
export function sessionId(id: Uint8Array, part: number): string {
  const hex = Buffer.from(id).toString("hex");
  return part === 0 ? hex : `${hex}-${part}`;
}

/** The batch that an id names; null for what is no id. */
export function readSessionId(text: string): { readonly id: Uint8Array; readonly part: number } | null {
  const match = /^([0-9a-f]{32})(?:-(\d{1,4}))?$/.exec(text);
  return match?.[1] === undefined ? null : { id: Buffer.from(match[1], "hex"), part: Number(match[2] ?? 0) };
}

export function toSessionRows(connection: Connection, rows: readonly StoredRow[]): readonly SessionRow[] {
  const names = textsOf(
    connection,
    rows.flatMap((row) => texts.map((column) => row[column])),
  );
  const text = (n: number): string => names.get(n) ?? notSet;
  return rows.map((row) => ({
    id: sessionId(row.id, row.part),
    visitor: row.visitor_name,
    user: row.user_name,
    start: row.start,
    end: row.end,
    duration: row.duration,
    engaged: row.engaged,
    pageViews: row.page_views,
    clicks: row.clicks,
    events: row.events,
    bounce: row.bounce === 1,
    entry: text(row.entry),
    exit: text(row.exit),
    source: text(row.source),
    channel: text(row.channel),
    device: text(row.device),
    browser: text(row.browser),
    system: text(row.system),
    country: text(row.country) === notSet ? null : text(row.country),
  }));
}
