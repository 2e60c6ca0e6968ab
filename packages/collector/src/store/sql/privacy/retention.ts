import { keptFrom } from "../../derive/tab.js";
import { type Day, zone } from "../../derive/zone.js";
import type { Retention } from "../../people.js";
import type { Connection } from "../connection.js";
import { dayDimensions, removeDay, renewDays } from "../days.js";
import { deliveries } from "../deliveries.js";
import { dirtyDays } from "../dirty-days.js";
import { type NumberedSite, readSites } from "../registry.js";
import type { Writer } from "../writer.js";
import { deletePiece, deleteSession } from "./remove-pieces.js";
import { rawBefore, setRawBefore } from "./swept.js";
import { markTexts } from "./text-state.js";

/** Batches, parts of heat and snapshots that one step deletes at most: some ten milliseconds each. */
const batches = 100;
const parts = 200;
const snapshots = 20;
const dayMs = 86_400_000;

/** Does one small step of what a site's retention asks for; false when nothing is left to do now. */
export function retentionStep(writer: Writer, now: number): boolean {
  return readSites(writer.connection).some((site) => {
    const { rawDays, aggregateDays, snapshotDays } = boundsOf(site.retention);
    const today = zone(site.timeZone).day(now);
    return (
      (rawDays > 0 && sweepRaw(writer, site, today - rawDays + 1)) ||
      (aggregateDays > 0 && sweepAggregates(writer, site.n, today - aggregateDays + 1)) ||
      (snapshotDays > 0 && sweepSnapshots(writer, site.n, now - snapshotDays * dayMs))
    );
  });
}

/** Whoever keeps no numbers of a day keeps none of its visits either. */
function boundsOf({ rawDays = 0, aggregateDays = 0, snapshotDays = 0 }: Partial<Retention> = {}): Retention {
  const raw = rawDays > 0 && aggregateDays > 0 ? Math.min(rawDays, aggregateDays) : rawDays || aggregateDays;
  return { rawDays: raw, aggregateDays, snapshotDays };
}

interface OldRow {
  readonly n: number;
  readonly session: number | null;
  readonly day: Day;
}

function sweepRaw(writer: Writer, site: NumberedSite, limit: Day): boolean {
  const { connection } = writer;
  const from = rawBefore(connection, site.n);
  if (from < limit) {
    writer.write(() => closeDay(writer, site, from, limit));
    return true;
  }
  const days = zone(site.timeZone);
  const start = days.start(limit);
  const old = connection.all<OldRow>(
    `SELECT r.n, r.session, r.day FROM raw r LEFT JOIN sessions s ON s.n = r.session
     WHERE r.site = ? AND r.day < ? AND (s.n IS NULL OR s."end" < ?) LIMIT ${batches}`,
    ...[site.n, limit, start],
  );
  const tabs = connection.all<{ tab: string }>(
    `SELECT tab FROM deliveries WHERE site = ? AND from_at < ? LIMIT ${batches}`,
    ...[site.n, start],
  );
  if (old.length + tabs.length === 0) return false;
  writer.write(() => {
    const dirty = dirtyDays(connection);
    for (const { n, session, day } of old) {
      if (session !== null) deleteSession(connection, session);
      // A visit goes as a whole, also what of it belongs to no day that is swept.
      const pieces = session === null ? [{ n, day }] : rowsOf(connection, session);
      for (const piece of pieces) {
        forgetPiece(connection, piece.n);
        dirty.touch(site.n, piece.day);
      }
    }
    const delivered = deliveries(connection);
    for (const { tab } of tabs) delivered.remove(site.n, tab, (known) => keptFrom(known, start));
    for (const { from: at } of delivered.flush()) dirty.touch(site.n, days.day(at));
    dirty.flush();
    markTexts(connection);
  });
  return true;
}

function rowsOf(connection: Connection, session: number): readonly { readonly n: number; readonly day: Day }[] {
  return connection.all<{ n: number; day: Day }>("SELECT n, day FROM raw WHERE session = ?", session);
}

/**
 * Closes the next day that holds anything: from now on its numbers are what `days` says, for no visit will be left to count
 * them by. Who came on several such days can no longer be known, so that everybody counts once a day.
 */
function closeDay(writer: Writer, site: NumberedSite, from: Day, limit: Day): void {
  const { connection } = writer;
  const next = connection.get<{ day: number }>(
    "SELECT day FROM day_versions WHERE site = ? AND day >= ? AND day < ? ORDER BY day LIMIT 1",
    ...[site.n, from, limit],
  );
  if (!next) {
    setRawBefore(connection, site.n, limit);
    return;
  }
  const { day } = next;
  renewDays(writer, site, day + 1);
  for (const dimension of dayDimensions) {
    connection.run(
      "UPDATE days SET passing = visitors WHERE site = ? AND dimension = ? AND day = ?",
      ...[site.n, dimension, day],
    );
  }
  setRawBefore(connection, site.n, day + 1);
  connection.run("UPDATE day_versions SET version = version + 1 WHERE site = ? AND day = ?", site.n, day);
}

/** Its id is remembered as long as copies of the batch may come. */
function forgetPiece(connection: Connection, n: number): void {
  const row = connection.get<{ id: Uint8Array; part: number; received: number; visitor: number; view: number }>(
    "SELECT id, part, received, visitor, view FROM raw WHERE n = ?",
    n,
  );
  if (row === undefined) return;
  if (row.part === 0) connection.run("INSERT INTO seen_ids (id, received) VALUES (?, ?)", row.id, row.received);
  connection.run("DELETE FROM verdicts WHERE visitor = ? AND view = ?", row.visitor, row.view);
  deletePiece(connection, n);
}

function sweepAggregates(writer: Writer, site: number, limit: Day): boolean {
  const { connection } = writer;
  const heat = connection.all<{ n: number }>(
    `SELECT n FROM heat_parts WHERE site = ? AND day < ? LIMIT ${parts}`,
    ...[site, limit],
  );
  const [day] = ["day_versions", "imported_days"].flatMap((table) =>
    connection.all<{ day: number }>(
      `SELECT day FROM ${table} WHERE site = ? AND day < ? ORDER BY day LIMIT 1`,
      ...[site, limit],
    ),
  );
  if (heat.length === 0 && !day) return false;
  writer.write(() => {
    for (const { n } of heat) connection.run("DELETE FROM heat_parts WHERE n = ?", n);
    if (day) {
      removeDay(connection, site, day.day);
      connection.run("DELETE FROM imported_days WHERE site = ? AND day = ?", site, day.day);
      connection.run("DELETE FROM dirty_days WHERE site = ? AND day = ?", site, day.day);
      // Only what was written has a version: without one, readers look no further.
      connection.run("DELETE FROM day_versions WHERE site = ? AND day = ?", site, day.day);
    }
    markTexts(connection);
  });
  return true;
}

function sweepSnapshots(writer: Writer, site: number, before: number): boolean {
  const { connection } = writer;
  const old = connection.all<{ ref: string }>(
    `SELECT ref FROM snapshots WHERE site = ? AND at < ? LIMIT ${snapshots}`,
    ...[site, before],
  );
  if (old.length === 0) return false;
  writer.write(() => {
    for (const { ref } of old) connection.run("DELETE FROM snapshots WHERE site = ? AND ref = ?", site, ref);
  });
  return true;
}
