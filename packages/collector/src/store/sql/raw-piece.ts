import type { Piece } from "../derive/piece.js";
import type { Connection } from "./connection.js";
import { inLists } from "./in-lists.js";

/** A piece as a row of `raw`. */
export interface RawPiece extends Piece {
  readonly n: number;
  readonly site: number;
  readonly visitor: number;
  readonly user: number | null;
  readonly page: number;
  readonly title: number | null;
  readonly view: number;
  readonly session: number | null;
  readonly bot: string | null;
  readonly profile: number;
}

interface Row extends Omit<RawPiece, "order"> {
  readonly id: Uint8Array;
  readonly part: number;
}

const columns = `n, id, part, site, visitor, user, session, at, until, first, last, page, title, view, bucket, day,
  viewed, views, clicks, events, breaks, engaged, depth, width, height, fold, bot, profile`;

/** Orders pieces of one time by what they are, not by when they arrived. */
export function orderOf(id: Uint8Array, part: number): string {
  return `${Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("hex")}.${part}`;
}

/** A piece by its number. */
export function pieceOf(connection: Connection, n: number): RawPiece | undefined {
  const row = connection.get<Row>(`SELECT ${columns} FROM raw WHERE n = ?`, n);
  return row && toPiece(row);
}

export function piecesOfSession(connection: Connection, session: number): RawPiece[] {
  return connection.all<Row>(`SELECT ${columns} FROM raw WHERE session = ?`, session).map(toPiece);
}

/** Pieces of a visit that end at a time or after it. */
export function piecesSince(connection: Connection, session: number, at: number): RawPiece[] {
  const rows = connection.all<Row>(`SELECT ${columns} FROM raw WHERE session = ? AND until >= ?`, session, at);
  return rows.map(toPiece);
}

/**
 * Pieces of page views that no visit has taken in yet and one of these visitors' may, without those that are known by number.
 * Of others that is only what has no activity, which would make visits of their own; and no machines' among people's.
 */
export function piecesAlone(
  connection: Connection,
  { site, chain, bot }: { readonly site: number; readonly chain: readonly number[]; readonly bot: string | null },
  views: Iterable<number>,
  known: ReadonlyMap<number, RawPiece>,
): RawPiece[] {
  // Almost always they are the new ones, which are known: reading all columns of those again would cost the most here.
  const alone = [...inLists(views)].flatMap((some) =>
    connection.all<{ n: number }>(
      `SELECT n FROM raw INDEXED BY raw_alone WHERE view IN (${some.map(() => "?").join(", ")}) AND site = ? AND session IS NULL`,
      ...[...some, site],
    ),
  );
  const unknown = alone.filter(({ n }) => !known.has(n));
  return unknown
    .flatMap(({ n }) => connection.all<Row>(`SELECT ${columns} FROM raw WHERE n = ?`, n))
    .map(toPiece)
    .filter((piece) => chain.includes(piece.visitor) || (piece.first === null && piece.bot === null && bot === null));
}

function toPiece(row: Row): RawPiece {
  // A copy without what only makes the order would take longer than to read the row.
  return Object.assign(row, { order: orderOf(row.id, row.part) });
}
