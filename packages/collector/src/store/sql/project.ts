import { CollectorError } from "../../collector-error.js";
import type { Arrivals } from "../../project/arrivals.js";
import type { Chunk, ProjectReport } from "../store.js";
import type { Connection } from "./connection.js";
import { groupByVisitor, type VisitorGroup } from "./group-by-visitor.js";
import { slicer } from "./slice.js";
import type { Writer } from "./writer.js";

/** Which run of which journal is projected. */
export type Run = Omit<Chunk, "records">;

/**
 * Milliseconds after which a slice is committed, so that others may write. Each commit writes the same pages again, and a
 * part of heat for each page that was seen: four times as many slices took a quarter more time.
 */
const sliceTime = 100;

/** How far a journal has been projected. */
export function readCursor(connection: Connection, journal: string): number {
  return connection.get<{ position: number }>("SELECT position FROM cursors WHERE journal = ?", journal)?.position ?? 0;
}

/**
 * Projects a chunk in slices, each a transaction that leaves the store whole, and yields between them, so that other
 * writers get their turn. The cursor moves last: a crash before it replays the chunk, which finds what was stored to be
 * there. Only that last commit has to outlive a power cut, and it makes the others durable too.
 */
export function* project(
  writer: Writer,
  run: Run,
  { batches, gone, unreadable }: Arrivals,
  clock: () => number,
): Generator<void, ProjectReport> {
  expectCursor(writer.connection, run);
  let report: ProjectReport = { stored: 0, duplicates: 0, failed: {}, unreadable };
  const groups: readonly VisitorGroup[] = groupByVisitor(batches);
  let next = 0;
  while (next < groups.length) {
    const added = writer.write(() => {
      const slice = slicer(writer, run);
      const until = clock() + sliceTime;
      do {
        const group = groups[next];
        if (group) slice.add(group);
        next++;
      } while (next < groups.length && clock() < until);
      return slice.finish();
    }, "soon");
    report = sum(report, added);
    yield;
  }
  writer.write(() => {
    expectCursor(writer.connection, run);
    const slice = slicer(writer, run);
    for (const reported of gone) slice.addGone(reported);
    slice.finish();
    writer.connection.run(
      `INSERT INTO cursors (journal, position) VALUES (?, ?)
       ON CONFLICT (journal) DO UPDATE SET position = excluded.position`,
      ...[run.journal, run.to],
    );
  });
  return report;
}

function expectCursor(connection: Connection, { journal, from }: Run): void {
  const position = readCursor(connection, journal);
  if (position === from) return;
  throw new CollectorError("cursor_moved", `journal ${journal} is projected up to ${position}, not ${from}`);
}

function sum(a: ProjectReport, b: ProjectReport): ProjectReport {
  const failed: { [part: string]: number } = { ...a.failed };
  for (const [part, count] of Object.entries(b.failed ?? {})) failed[part] = (failed[part] ?? 0) + count;
  return {
    stored: a.stored + b.stored,
    duplicates: a.duplicates + b.duplicates,
    failed,
    unreadable: a.unreadable + b.unreadable,
    ...both("erased", a, b),
    ...both("expired", a, b),
  };
}

function both(count: "erased" | "expired", a: ProjectReport, b: ProjectReport): Partial<ProjectReport> {
  const added = (a[count] ?? 0) + (b[count] ?? 0);
  return added > 0 ? { [count]: added } : {};
}
