import { withoutBatch } from "../../derive/tab.js";
import type { Connection } from "../connection.js";
import { deliveries } from "../deliveries.js";
import { deriveAgain } from "../derive-visitor.js";
import { dirtyDays } from "../dirty-days.js";
import { heatRemover } from "../heat-parts.js";
import type { WrittenSite } from "../insert-batch.js";
import { type PackedRow, packedColumns, unpacker } from "../pack.js";
import { piecesOfSession } from "../raw-piece.js";
import { sessionOf } from "../replace-sessions.js";
import type { Writer } from "../writer.js";

/** A row of `raw` that is to go. */
export interface DoomedPiece {
  readonly n: number;
  /** Which of its batch's parts it is. */
  readonly part: number;
  readonly session: number | null;
  readonly site: number;
  readonly visitor: number;
  readonly view: number;
  readonly page: number;
  readonly day: number;
  readonly bucket: number;
  readonly bot: string | null;
}

/** The columns of one. */
export const doomedColumns = "n, part, session, site, visitor, view, page, day, bucket, bot";

/** The tabs and page views of removed batches, and of these tabs those that sent some without a lasting id. */
export interface Removed {
  readonly tabs: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  readonly passing: ReadonlySet<string>;
}

/**
 * Removes batches with all that was made of them: their events, their share of heat, the page snapshots that their page
 * views brought, their share of what is known of the tab; and derives again the visits that they were in and that others share.
 */
export function removePieces(writer: Writer, site: WrittenSite, doomed: readonly DoomedPiece[]): Removed {
  const { connection } = writer;
  const dirty = dirtyDays(connection);
  const heat = heatRemover(writer, dirty.touch);
  const unpack = unpacker(connection);
  const delivered = deliveries(connection);
  const [tabs, views, passing] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const piece of doomed) {
    const packed = connection.get<PackedRow>(
      `SELECT ${packedColumns} FROM raw r JOIN packed p ON p.n = r.n WHERE r.n = ?`,
      piece.n,
    );
    if (packed) {
      const batch = unpack(packed);
      heat.add(piece, batch);
      tabs.add(batch.tab);
      views.add(batch.page.id);
      if (batch.visitor === undefined) passing.add(batch.tab);
      if (piece.part === 0) delivered.remove(site.n, batch.tab, (tab) => withoutBatch(tab, batch));
      connection.run("DELETE FROM snapshots WHERE site = ? AND view = ?", site.n, batch.page.id);
    }
    connection.run(
      "DELETE FROM verdicts WHERE visitor = ? AND view = ? AND (raw = ? OR raw IS NULL)",
      ...[piece.visitor, piece.view, piece.n],
    );
    deletePiece(connection, piece.n);
    dirty.touch(site.n, piece.day);
  }
  for (const session of new Set(doomed.map((piece) => piece.session))) {
    if (session !== null) dirty.add(site.n, withoutPieces(writer, site, session));
  }
  heat.flush();
  for (const { from } of delivered.flush()) dirty.touch(site.n, site.zone.day(from));
  dirty.flush();
  return { tabs, views, passing };
}

/** Deletes a row of `raw` with what stands beside it. */
export function deletePiece(connection: Connection, n: number): void {
  for (const table of ["events", "event_properties", "inputs"]) connection.run(`DELETE FROM ${table} WHERE raw = ?`, n);
  connection.run("DELETE FROM packed WHERE n = ?", n);
  connection.run("DELETE FROM raw WHERE n = ?", n);
}

/** Deletes a visit with its page views. */
export function deleteSession(connection: Connection, n: number): void {
  connection.run("DELETE FROM page_views WHERE session = ?", n);
  connection.run("DELETE FROM sessions WHERE n = ?", n);
}

/** What a visit is without pieces that are gone already; gives the local days that change by it. */
function withoutPieces(writer: Writer, site: WrittenSite, n: number): Iterable<number> {
  const { connection } = writer;
  const session = sessionOf(connection, n);
  if (!session) return [];
  const left = piecesOfSession(connection, n);
  if (left.length > 0) return deriveAgain(writer, site, session, left);
  const views = connection.all<{ day: number }>("SELECT day FROM page_views WHERE session = ?", n);
  deleteSession(connection, n);
  return [session.day, ...views.map(({ day }) => day)];
}
