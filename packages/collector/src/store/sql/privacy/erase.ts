import { CollectorError } from "../../../collector-error.js";
import { zone } from "../../derive/zone.js";
import type { Erasure, ErasureOrder } from "../../people.js";
import type { Connection } from "../connection.js";
import type { WrittenSite } from "../insert-batch.js";
import { type NumberedSite, readSite, readSites } from "../registry.js";
import type { Writer } from "../writer.js";
import { noteErased } from "./erased-names.js";
import { peopleNamed, theirs } from "./people.js";
import { type DoomedPiece, doomedColumns, removePieces } from "./remove-pieces.js";
import { markTexts } from "./text-state.js";

/** How long an erasure may take until nothing is left anywhere, in ms; the journal's parts may live as long as a day. */
const allowed = 86_400_000;

/**
 * Orders an erasure: from the commit on, batches of these names up to `until` are refused, also late ones. The rows go in
 * steps, and so does what only they referred to. Throws `site_unknown`.
 */
export function orderErasure(writer: Writer, { id, site: siteId, visitor, until }: ErasureOrder): Erasure {
  return writer.write(() => {
    const { connection } = writer;
    const site = readSite(connection, siteId);
    if (!site) throw new CollectorError("site_unknown", `there is no site ${siteId}`);
    const { visitors, users } = peopleNamed(connection, site.n, visitor);
    noteErased(connection, site, new Set([visitor, ...visitors.map(({ name }) => name)]), until);
    const last = connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;
    const completeBy = until + allowed;
    connection.run(
      "INSERT INTO erasures (id, site, until, complete_by, last_raw, scanned, stage, finished) VALUES (?, ?, ?, ?, ?, 0, 'rows', NULL)",
      ...[id, site.n, until, completeBy, last],
    );
    const target = "INSERT INTO erasure_targets (erasure, visitor, as_user) VALUES (?, ?, ?)";
    for (const { n } of visitors) connection.run(target, id, n, 0);
    for (const { n } of users) connection.run(target, id, n, 1);
    return { id, until, completeBy };
  });
}

interface OpenErasure {
  readonly id: string;
  readonly site: number;
  readonly last_raw: number;
  readonly scanned: number;
  readonly until: number;
}

/** Rows that one step looks at, and batches that it removes, at most: some ten milliseconds. */
const lookedAt = 20_000;
const removed = 40;
/** Clocks of several collectors may differ by so many ms; a number that a removed row had may come again. */
const clocks = 60_000;

/** Does a step of the oldest erasure that still has rows to remove; false when there is none. */
export function eraseStep(writer: Writer): boolean {
  const { connection } = writer;
  const open = connection.get<OpenErasure>(
    "SELECT id, site, last_raw, scanned, until FROM erasures WHERE stage = 'rows' ORDER BY until, id LIMIT 1",
  );
  if (!open) return false;
  writer.write(() => {
    const site = readSites(connection).find(({ n }) => n === open.site);
    const end = Math.min(open.scanned + lookedAt, open.last_raw);
    const { sql, values } = theirs(targetsOf(connection, open.id));
    const doomed = connection.all<DoomedPiece>(
      `SELECT ${doomedColumns} FROM raw WHERE n > ? AND n <= ? AND site = ? AND received <= ? AND ${sql} ORDER BY n LIMIT ${removed}`,
      ...[open.scanned, end, open.site, open.until + clocks, ...values],
    );
    if (site && doomed.length > 0) {
      // What such a tab held back over midnight comes under another day's hash, which nobody knows yet.
      noteErased(connection, site, removePieces(writer, writtenSite(site), doomed), open.until);
    }
    // What only their rows referred to, their names among it, is found by looking at all that is left.
    markTexts(connection);
    const scanned = doomed.length === removed ? (doomed.at(-1)?.n ?? end) : end;
    if (scanned < open.last_raw) {
      connection.run("UPDATE erasures SET scanned = ? WHERE id = ?", scanned, open.id);
      return;
    }
    connection.run("UPDATE erasures SET stage = 'texts' WHERE id = ?", open.id);
    connection.run("DELETE FROM erasure_targets WHERE erasure = ?", open.id);
  });
  return true;
}

/** Notes that of every erasure whose rows are gone nothing else is left either. */
export function finishErasures(connection: Connection, now: number): void {
  connection.run("UPDATE erasures SET stage = 'done', finished = ? WHERE stage = 'texts'", Math.round(now));
}

/** A site as removing needs it. */
export function writtenSite({ n, timeZone }: NumberedSite): WrittenSite {
  return { n, zone: zone(timeZone), hosts: new Set() };
}

function targetsOf(connection: Connection, erasure: string): Parameters<typeof theirs>[0] {
  const rows = connection.all<{ visitor: number; as_user: number }>(
    "SELECT visitor, as_user FROM erasure_targets WHERE erasure = ?",
    erasure,
  );
  const of = (asUser: number): readonly number[] =>
    rows.filter(({ as_user }) => as_user === asUser).map(({ visitor }) => visitor);
  return { visitors: of(0), users: of(1) };
}
