import type { RebuildStep } from "../store.js";
import type { Connection } from "./connection.js";
import { renewOldest } from "./days.js";
import { dirtyAll } from "./dirty-days.js";
import { readSites } from "./registry.js";
import type { Writer } from "./writer.js";

/** Days that are derived in one turn. */
const slice = 5;

/** Derives the rows of all days again; those of days without any visit left stay as they are, since nothing else tells of them. */
export function rebuildDays(writer: Writer, at: RebuildStep["next"]): RebuildStep {
  if (at !== null) return renewSome(writer, at[1] as number);
  const { connection } = writer;
  for (const { n } of readSites(connection)) {
    dirtyAll(connection, n);
    connection.run(
      `DELETE FROM dirty_days WHERE site = ? AND day < COALESCE((SELECT min(day) FROM sessions WHERE site = ?), 0)`,
      ...[n, n],
    );
  }
  const total = dirtyCount(connection);
  return { done: 0, total, next: [0, total] };
}

/** Derives some of the days that no longer hold, until none is left. */
export function renewSome(writer: Writer, total: number): RebuildStep {
  let more = true;
  for (let turn = 0; turn < slice && more; turn++) more = renewOldest(writer);
  const done = Math.max(0, total - dirtyCount(writer.connection));
  return { done, total, next: more ? [-1, total] : null };
}

export function dirtyCount(connection: Connection): number {
  return connection.get<{ n: number }>("SELECT count(*) AS n FROM dirty_days")?.n ?? 0;
}
