import { CollectorError } from "../../../collector-error.js";
import { zone } from "../../derive/zone.js";
import type { Erasure, ErasureOrder } from "../../people.js";
import type { Connection } from "../connection.js";
import type { WrittenSite } from "../insert-batch.js";
import { type PackedRow, packedColumns, unpacker } from "../pack.js";
import { type NumberedSite, readSite, readSites } from "../registry.js";
import type { Writer } from "../writer.js";
import { type ErasedNames, erasedNames, erasedUntil, type KnownSite, type Named } from "./erased-names.js";
import { noteTraces } from "./erased-traces.js";
import { type Person, peopleNamed, theirs } from "./people.js";
import { type DoomedPiece, doomedColumns, removePieces } from "./remove-pieces.js";
import { markTexts } from "./text-state.js";

/** How long an erasure may take until nothing is left anywhere, in ms; the journal's parts may live as long as a day. */
const allowed = 86_400_000;

/**
 * Orders an erasure: from the commit on, batches of these names up to `until` are refused, also late ones. The rows go in
 * steps, and so does what only they referred to. Throws `site_unknown`.
 */
export function orderErasure(writer: Writer, { site: siteId, visitor, ...rest }: ErasureOrder): Erasure {
  return writer.write(() => {
    const { connection } = writer;
    const site = readSite(connection, siteId);
    if (!site) throw new CollectorError("site_unknown", `there is no site ${siteId}`);
    return order(connection, site, erasedNames(connection, site), { ...rest, who: { kind: "any", name: visitor } });
  });
}

/** Whom it means, and up to when, in ms since 1970. */
interface Order extends Pick<ErasureOrder, "id" | "until"> {
  readonly who: Named;
}

/** Orders one within a transaction. */
export function order(
  connection: Connection,
  site: KnownSite,
  erased: ErasedNames,
  { id, who, until }: Order,
): Erasure {
  const { visitors, users } = peopleNamed(connection, site.n, who);
  erased.note([who, ...visitors], until);
  unlink(connection, site.n, visitors);
  const last = lastRow(connection);
  const completeBy = until + allowed;
  connection.run(
    "INSERT INTO erasures (id, site, until, complete_by, last_raw, scanned, stage, finished) VALUES (?, ?, ?, ?, ?, 0, 'rows', NULL)",
    ...[id, site.n, until, completeBy, last],
  );
  const target = "INSERT INTO erasure_targets (erasure, visitor, as_user) VALUES (?, ?, ?)";
  for (const { n } of visitors) connection.run(target, id, n, 0);
  for (const { n } of users) connection.run(target, id, n, 1);
  return { id, until, completeBy };
}

/** Lets go of the hashes of yesterday that visits went on from: somebody who comes back goes on from nobody. */
function unlink(connection: Connection, site: number, visitors: readonly Person[]): void {
  for (const { n, kind, name } of visitors) {
    if (kind !== "daily") continue;
    connection.run("DELETE FROM links WHERE visitor = ?", n);
    connection.run("DELETE FROM links WHERE site = ? AND previous = ?", site, name);
  }
}

interface OpenErasure {
  readonly id: string;
  readonly site: number;
  /** `rows` while those go that were there when it was ordered, `late` while those are looked at that came meanwhile. */
  readonly stage: "rows" | "late";
  /** The last row of the stage. */
  readonly last_raw: number;
  readonly scanned: number;
  readonly until: number;
}

/** Rows that one step looks at, those of them that it reads whole, and batches that it removes, at most: some ten milliseconds. */
const lookedAt = 20_000;
const readWhole = 300;
const removed = 40;
/** Clocks of several collectors may differ by so many ms; a number that a removed row had may come again. */
const clocks = 60_000;

const lastRow = (connection: Connection): number =>
  connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;

/** Does a step of the oldest erasure that still has rows to remove; false when there is none. */
export function eraseStep(writer: Writer): boolean {
  const { connection } = writer;
  const open = connection.get<OpenErasure>(
    `SELECT id, site, stage, last_raw, scanned, until FROM erasures WHERE stage IN ('rows', 'late')
     ORDER BY until, id LIMIT 1`,
  );
  if (!open) return false;
  writer.write(() => {
    const site = readSites(connection).find(({ n }) => n === open.site);
    const erased = site && erasedNames(connection, site);
    const { doomed, scanned } = open.stage === "rows" ? stored(connection, open) : late(connection, open, erased);
    if (site && erased && doomed.length > 0) {
      const { tabs, views, passing } = removePieces(writer, writtenSite(site), doomed);
      // What such a tab held back over midnight comes under another day's hash, which nobody knows yet.
      erased.note(
        Array.from(passing, (name) => ({ kind: "tab", name }) as const),
        open.until,
      );
      noteTraces(connection, site, { tabs, views }, open.until);
    }
    // What only their rows referred to, their names among it, is found by looking at all that is left.
    markTexts(connection);
    if (scanned !== null) {
      connection.run("UPDATE erasures SET scanned = ? WHERE id = ?", scanned, open.id);
      // What is removed tells of more names: rows that came meanwhile may be theirs, and later ones the projector refuses.
      if (open.stage === "late" && doomed.length > 0)
        connection.run("UPDATE erasures SET last_raw = ? WHERE id = ?", lastRow(connection), open.id);
      return;
    }
    if (open.stage === "rows") {
      connection.run(
        "UPDATE erasures SET stage = 'late', scanned = ?, last_raw = ? WHERE id = ?",
        ...[open.last_raw, lastRow(connection), open.id],
      );
      return;
    }
    connection.run("UPDATE erasures SET stage = 'texts' WHERE id = ?", open.id);
    connection.run("DELETE FROM erasure_targets WHERE erasure = ?", open.id);
  });
  return true;
}

/** Rows that are to go, and up to which row all are known; null when there are no more. */
interface Found {
  readonly doomed: readonly DoomedPiece[];
  readonly scanned: number | null;
}

/** Of the rows that were there when it was ordered, those of the visitors that it means. */
function stored(connection: Connection, { id, site, last_raw, scanned, until }: OpenErasure): Found {
  const end = Math.min(scanned + lookedAt, last_raw);
  const { sql, values } = theirs(targetsOf(connection, id));
  const doomed = connection.all<DoomedPiece>(
    `SELECT ${doomedColumns} FROM raw
     WHERE n > ? AND n <= ? AND site = ? AND (received <= ? OR at <= ?) AND ${sql} ORDER BY n LIMIT ${removed}`,
    ...[scanned, end, site, until + clocks, until, ...values],
  );
  if (doomed.length === removed) return { doomed, scanned: doomed.at(-1)?.n ?? end };
  return { doomed, scanned: end < last_raw ? end : null };
}

/** Of the rows that came while those went, what the projector would refuse now: it did not know all of their tabs. */
function late(
  connection: Connection,
  { site, scanned, last_raw }: OpenErasure,
  erased: ErasedNames | undefined,
): Found {
  const unpack = unpacker(connection);
  const rows = connection.all<DoomedPiece & PackedRow>(
    `SELECT ${doomedColumns.replaceAll(/\w+/g, "r.$&")}, ${packedColumns} FROM raw r JOIN packed p ON p.n = r.n
     WHERE r.n > ? AND r.n <= ? AND r.site = ? ORDER BY r.n LIMIT ${readWhole}`,
    ...[scanned, last_raw, site],
  );
  const doomed = rows.filter((row) => erased && erasedUntil(erased, unpack(row)) !== null).slice(0, removed);
  const last = (doomed.length === removed ? doomed : rows).at(-1)?.n ?? null;
  return { doomed, scanned: doomed.length > 0 || rows.length === readWhole ? last : null };
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
