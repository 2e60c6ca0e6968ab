import { CollectorError } from "../../../collector-error.js";

/** A part of a list. */
export interface Turned<Row> {
  readonly rows: readonly Row[];
  /** Rows in all. */
  readonly total: number;
  /** Finds what follows; absent at the end. */
  readonly next?: string;
}

/** What a row stands by: the larger number first, then the name. */
export type Standing = readonly [count: number, name: string];

/** Which part is wanted. */
export interface Turn {
  readonly limit: number;
  readonly cursor: string | null;
}

/**
 * Sorts rows and gives those after a cursor. It holds the standing of the row that the page before ended with: what came
 * after it still does, whatever arrives meanwhile. Throws `cursor_invalid`.
 */
export function turnTo<Row>(
  rows: readonly Row[],
  standingOf: (row: Row) => Standing,
  { limit, cursor }: Turn,
): Turned<Row> {
  const sorted = rows
    .map((row) => ({ row, standing: standingOf(row) }))
    .sort((a, b) => compare(a.standing, b.standing));
  const after = cursor === null ? null : readCursor(cursor);
  const start = after ? sorted.findIndex(({ standing }) => compare(standing, after) > 0) : 0;
  const page = start < 0 ? [] : sorted.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < sorted.length;
  return {
    rows: page.map(({ row }) => row),
    total: sorted.length,
    ...(more && { next: Buffer.from(JSON.stringify(last.standing)).toString("base64url") }),
  };
}

/** Whether a name holds a text, in any case. */
export function found(name: string, search: string): boolean {
  return name.toLowerCase().includes(search.toLowerCase());
}

function compare(a: Standing, b: Standing): number {
  return b[0] - a[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}

function readCursor(cursor: string): Standing {
  try {
    const [count, name] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as [unknown, unknown];
    if (typeof count === "number" && typeof name === "string") return [count, name];
  } catch {
    // Falls through to the refusal.
  }
  throw new CollectorError("cursor_invalid", "cursor is not one that an earlier answer gave as `next`");
}
