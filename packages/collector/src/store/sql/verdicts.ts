import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import type { Connection } from "./connection.js";
import type { NewPiece } from "./insert-batch.js";
import { type PackedRow, packedColumns, type Unpack } from "./pack.js";
import type { RawPiece } from "./raw-piece.js";
import { chainOf } from "./visitors.js";

/** A click that turned out to do nothing, with the row of `raw` that it is in and the page facts of its batch. */
export interface DeadClick {
  readonly raw: number;
  readonly click: ClickEvent;
  readonly batch: SealedBatch;
}

/**
 * Brings together clicks and the verdicts that they were dead, whichever of them comes first: a verdict takes seconds, and
 * then often goes into a later batch. Gives the clicks that are now known to be dead and were not before.
 */
export function newlyDead(
  connection: Connection,
  unpack: Unpack,
  { piece, batch }: Pick<NewPiece, "piece" | "batch">,
): readonly DeadClick[] {
  const { visitor, view, n } = piece;
  const found: DeadClick[] = [];
  let clicks: ReadonlyMap<number, DeadClick> | null = null;
  for (const event of batch.events) {
    if (event.type !== "dead") continue;
    const added = connection.change(
      "INSERT INTO verdicts (visitor, view, click, raw) VALUES (?, ?, ?, NULL) ON CONFLICT (visitor, view, click) DO NOTHING",
      ...[visitor, view, event.of],
    );
    if (added === 0) continue;
    clicks ??= clicksOf(connection, unpack, piece);
    const dead = clicks.get(event.of);
    if (dead) found.push(dead);
  }
  if (piece.clicks > 0) {
    const waiting = connection.all<{ click: number }>(
      "SELECT click FROM verdicts WHERE visitor = ? AND view = ? AND raw IS NULL",
      ...[visitor, view],
    );
    for (const { click: number } of waiting) {
      const click = clickIn(batch, number);
      if (click && !found.some((dead) => dead.click.n === number)) found.push({ raw: n, click, batch });
    }
  }
  for (const { raw, click } of found) {
    connection.run(
      "UPDATE verdicts SET raw = ? WHERE visitor = ? AND view = ? AND click = ?",
      ...[raw, visitor, view, click.n],
    );
  }
  return found;
}

/** The clicks that are stored of a visitor on a page view, by number. */
function clicksOf(
  connection: Connection,
  unpack: Unpack,
  { site, visitor, view }: RawPiece,
): ReadonlyMap<number, DeadClick> {
  // A click is activity, so that a visit of this visitor saw its page view, or one that went on under the next day's hash.
  const chain = chainOf(connection, site, visitor);
  const rows = connection.all<PackedRow & { n: number }>(
    `SELECT r.n, ${packedColumns} FROM page_views v JOIN raw r ON r.session = v.session JOIN packed p ON p.n = r.n
     WHERE v.view = ? AND v.visitor IN (${chain.map(() => "?").join(", ")}) AND r.until >= v.at
       AND r.view = v.view AND r.visitor = ? AND r.clicks > 0 ORDER BY r.n`,
    ...[view, ...chain, visitor],
  );
  const clicks = new Map<number, DeadClick>();
  for (const { n, ...packed } of rows) {
    const batch = unpack(packed);
    for (const event of batch.events) {
      if (event.type === "click" && !clicks.has(event.n)) clicks.set(event.n, { raw: n, click: event, batch });
    }
  }
  return clicks;
}

function clickIn(batch: SealedBatch, number: number): ClickEvent | undefined {
  return batch.events.find((event): event is ClickEvent => event.type === "click" && event.n === number);
}
