import { gunzipSync } from "node:zlib";
import type { SnapshotAnswer, SnapshotEntry, SnapshotsAnswer } from "@isotherm/protocol";
import { CollectorError } from "../../../collector-error.js";
import type { SnapshotQuery, SnapshotsQuery } from "../../page-snapshots.js";
import { readSite } from "../registry.js";
import type { Reader } from "./scope.js";

const columns = "ref, page, bucket, layout, at, origin, vw, vh, dw, dh, bytes";

export function snapshots({ connection }: Reader, query: SnapshotsQuery): SnapshotsAnswer {
  const { page, bucket } = query;
  const site = readSite(connection, query.site);
  if (!site) throw new CollectorError("site_unknown", `there is no site ${query.site}`);
  return {
    snapshots: connection.all<SnapshotEntry>(
      `SELECT ${columns} FROM snapshots WHERE site = ? ${page === null ? "" : "AND page = ?"}
       ${bucket === null ? "" : "AND bucket = ?"} ORDER BY at DESC, ref DESC`,
      ...[site.n, page, bucket].filter((value) => value !== null),
    ),
  };
}

/** A snapshot in JSON; its tree is passed on as it came. */
export function snapshotText({ connection }: Reader, query: SnapshotQuery): string {
  const row = connection.get<SnapshotEntry & { readonly data: Uint8Array }>(
    `SELECT ${columns}, data FROM snapshots WHERE ref = ? AND site = (SELECT n FROM sites WHERE id = ?)`,
    ...[query.ref, query.site],
  );
  if (!row) throw new CollectorError("snapshot_unknown", "this site has no snapshot of this name");
  const { data, ...entry } = row;
  return `{"snapshot":${JSON.stringify(entry)},"tree":${gunzipSync(data).toString()}}`;
}

export function snapshot(reader: Reader, query: SnapshotQuery): SnapshotAnswer {
  return JSON.parse(snapshotText(reader, query)) as SnapshotAnswer;
}
