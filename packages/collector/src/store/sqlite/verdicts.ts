import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import type { Connection } from "./connection.js";
import type { NewPiece } from "./insert-batch.js";
import { type Packed, packedColumns, unpacker } from "./pack.js";

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
export function newlyDead(connection: Connection, { piece, batch }: NewPiece): readonly DeadClick[] {
  const { visitor, view, n } = piece;
  const found: DeadClick[] = [];
  for (const event of batch.events) {
    if (event.type !== "dead") continue;
    const { changes } = connection.run(
      "INSERT OR IGNORE INTO verdicts (visitor, view, click, raw) VALUES (?, ?, ?, NULL)",
      ...[visitor, view, event.of],
    );
    const dead = changes === 0 ? undefined : clickOf(connection, visitor, view, event.of);
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

function clickOf(connection: Connection, visitor: number, view: number, number: number): DeadClick | undefined {
  const rows = connection.all<Packed & { n: number }>(
    // A click is activity, so that a visit saw its page view.
    `SELECT r.n, ${packedColumns} FROM page_views v JOIN raw r ON r.session = v.session JOIN packed p ON p.n = r.n
     WHERE v.view = ? AND r.view = v.view AND r.visitor = ? AND r.clicks > 0`,
    ...[view, visitor],
  );
  const unpack = unpacker(connection);
  for (const { n, ...packed } of rows) {
    const batch = unpack(packed);
    const click = clickIn(batch, number);
    if (click) return { raw: n, click, batch };
  }
  return undefined;
}

function clickIn(batch: SealedBatch, number: number): ClickEvent | undefined {
  return batch.events.find((event): event is ClickEvent => event.type === "click" && event.n === number);
}
