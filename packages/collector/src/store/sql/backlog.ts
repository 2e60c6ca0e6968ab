import type { Connection } from "./connection.js";
import { dirtyDays } from "./dirty-days.js";
import { addDetails } from "./insert-details.js";
import { type PackedRow, packedColumns, unpacker } from "./pack.js";
import type { Writer } from "./writer.js";

/** Batches that are read again in one turn. */
const slice = 200;

interface Row extends PackedRow {
  readonly n: number;
  readonly site: number;
  readonly day: number | null;
}

/** Whether batches that an older program stored have yet to be read for what questions ask of their events. */
export function hasBacklog(connection: Connection): boolean {
  return connection.get("SELECT 1 AS there FROM backlog WHERE model = 'details'") !== undefined;
}

/**
 * Reads some of the batches that an older program stored once more, the newest first, for their events' properties and
 * forms; false when none is left. A turn is one transaction, so that a crash between two costs nothing.
 */
export function catchUp(writer: Writer): boolean {
  const { connection, strings } = writer;
  // Most of the time there is nothing, and no lock has to be waited for.
  if (!hasBacklog(connection)) return false;
  const unpack = unpacker(connection);
  return writer.write(() => {
    const waiting = connection.get<{ upto: number }>("SELECT upto FROM backlog WHERE model = 'details'");
    if (!waiting) return false;
    const rows = connection.all<Row>(
      `SELECT r.n, r.site, s.day, ${packedColumns} FROM raw r JOIN packed p ON p.n = r.n
       LEFT JOIN sessions s ON s.n = r.session WHERE r.n <= ? ORDER BY r.n DESC LIMIT ${slice}`,
      waiting.upto,
    );
    const touched = dirtyDays(connection);
    for (const { n, site, day, ...packed } of rows) {
      addDetails(connection, strings, { piece: { n }, batch: unpack(packed) });
      if (day !== null) touched.touch(site, day);
    }
    touched.flush();
    const last = rows.at(-1);
    if (last && rows.length === slice)
      connection.run("UPDATE backlog SET upto = ? WHERE model = 'details'", last.n - 1);
    else connection.run("DELETE FROM backlog WHERE model = 'details'");
    return true;
  }, "soon");
}
