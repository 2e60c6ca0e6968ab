import type { WidthClass } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import type { HeldSnapshot, NewSnapshot, SnapshotBounds } from "../page-snapshots.js";
import type { Connection } from "./connection.js";
import { leftTraces } from "./privacy/erased-traces.js";
import { readSite } from "./registry.js";

interface HeldRow {
  readonly site: string;
  readonly page: string;
  readonly bucket: WidthClass;
  readonly layout: string;
  readonly at: number;
}

export function heldSnapshots(connection: Connection): readonly HeldSnapshot[] {
  return connection.all<HeldRow>(
    "SELECT s.id AS site, page, bucket, layout, at FROM snapshots JOIN sites s ON s.n = snapshots.site",
  );
}

/**
 * Stores a snapshot in the place of the one before, and lets go of what the bounds do not hold any more, oldest first. One
 * whose page view was erased is left out.
 */
export function putSnapshot(
  connection: Connection,
  snapshot: NewSnapshot,
  bounds: SnapshotBounds,
  tree: Uint8Array,
): void {
  const { ref, page, bucket, layout, at, origin, view, vw, vh, dw, dh } = snapshot;
  connection.write(() => {
    const known = readSite(connection, snapshot.site);
    if (!known) throw new CollectorError("site_unknown", `there is no site ${snapshot.site}`);
    if (leftTraces(connection, known, "view", view)) return;
    const site = known.n;
    connection.run(
      "DELETE FROM snapshots WHERE site = ? AND (ref = ? OR (page = ? AND bucket = ? AND layout = ?))",
      ...[site, ref, page, bucket, layout],
    );
    connection.run(
      `INSERT INTO snapshots (site, page, bucket, layout, ref, at, origin, view, vw, vh, dw, dh, bytes, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[site, page, bucket, layout, ref, at, origin, view, vw, vh, dw, dh, tree.length, tree],
    );
    connection.run("DELETE FROM snapshots WHERE site = ? AND at < ?", site, bounds.since);
    connection.run(
      `DELETE FROM snapshots WHERE site = ? AND ref IN (SELECT ref FROM (
         SELECT ref, row_number() OVER (ORDER BY at DESC, ref DESC) AS place,
           sum(bytes) OVER (ORDER BY at DESC, ref DESC ROWS UNBOUNDED PRECEDING) AS together
         FROM snapshots WHERE site = ?
       ) kept WHERE place > ? OR together > ?)`,
      ...[site, site, bounds.count, bounds.bytes],
    );
  });
}
