import { type WidthClass, widthClasses } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { Scope } from "./scope.js";

/** Columns of `packed` that pictures are filtered from. */
export type HeatColumn = "presses" | "trails" | "bands";

/** What the batches of one page and local day hold for a kind of picture, end to end, with whose it is. */
export interface HeatBytes {
  readonly count: number;
  readonly session: Int32Array;
  /** Which of the width classes, by its place among them. */
  readonly width: Uint8Array;
  /** Width of the document. */
  readonly document: Int32Array;
  /** Where each batch's bytes begin, and at the end where the last one's end. */
  readonly starts: Int32Array;
  readonly data: Uint8Array;
  readonly bytes: number;
}

/** Batches of a page that a filtered picture is read from whole; where the range holds more, some visits stand for all. */
export type MostBatches = { readonly [column in HeatColumn]: number };

/** Presses are a few bytes a batch, trails a hundred times as much. */
export const mostBatches: MostBatches = { presses: 300_000, bands: 100_000, trails: 30_000 };

/** Which share of the visits is read: all, or as few as keep within the bound. */
export function shareOf(scope: Scope, page: number, column: HeatColumn): number {
  let batches = 0;
  for (const day of scope.days()) batches += batchesOf(scope, page, day);
  const most = scope.most[column];
  if (batches <= most) return 1;
  // In powers of two, so that a batch more does not make another sample of all that is remembered.
  return 2 ** Math.floor(Math.log2(most / batches));
}

function batchesOf({ connection, site, ofDay }: Scope, page: number, day: Day): number {
  return ofDay(`batches ${page}`, day, () => {
    const sql = "SELECT count(*) AS n FROM raw WHERE site = ? AND day = ? AND page = ?";
    return { count: connection.get<{ n: number }>(sql, site, day, page)?.n ?? 0, bytes: 100 };
  }).count;
}

const hashes = 2 ** 32;

/** Chooses visits by a hash of their number: the same ones again, whatever is asked. */
const chosen = "(r.session * 2654435761 & 4294967295) < ?";

/** The batches of a day that belong to a visit, of as many visits as the share says. */
export function heatBytes(scope: Scope, page: number, day: Day, column: HeatColumn, share: number): HeatBytes {
  return scope.ofDay(`${column} ${page} ${share}`, day, () => {
    const rows = scope.connection.table<readonly [number, number, number, Uint8Array]>(
      `SELECT r.session, r.bucket, r.width, p.${column} FROM raw r JOIN packed p ON p.n = r.n
       WHERE r.site = ? AND r.day = ? AND r.page = ? AND r.bot IS NULL AND r.session IS NOT NULL
         AND p.${column} IS NOT NULL ${share < 1 ? `AND ${chosen}` : ""}`,
      ...[scope.site, day, page, ...(share < 1 ? [Math.floor(share * hashes)] : [])],
    );
    const starts = new Int32Array(rows.length + 1);
    rows.forEach((row, n) => {
      starts[n + 1] = (starts[n] as number) + row[3].length;
    });
    const data = new Uint8Array(starts[rows.length] as number);
    rows.forEach((row, n) => {
      data.set(row[3], starts[n]);
    });
    return {
      count: rows.length,
      session: Int32Array.from(rows, (row) => row[0]),
      width: Uint8Array.from(rows, (row) => widthClasses.indexOf(row[1] as WidthClass)),
      document: Int32Array.from(rows, (row) => row[2]),
      starts,
      data,
      bytes: data.length + rows.length * 13,
    };
  });
}
