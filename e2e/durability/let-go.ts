import { dirname, resolve } from "node:path";
import { behind, type Call } from "./trace.js";

/** What a trace shows of the journal segments that a collector let go. */
export interface LetGo {
  readonly removed: number;
  /** Segments that were removed while the store could still lose what they held. */
  readonly violations: readonly string[];
}

/**
 * Holds a collector's trace against the rule that its journal lets nothing go that its store could lose: when a segment is
 * removed, every write to the database's log before it has been followed by a sync of that log. The projector alone writes
 * there while visitors send, and it trims between its transactions.
 */
export function proveLetGo(calls: readonly Call[], journal: string, database: string): LetGo {
  const log = calls.filter((call) => behind(call) === `${database}-wal` && call.result !== null && call.result >= 0);
  const writes = log.filter(({ name }) => /^p?write/.test(name));
  const syncs = log.filter(({ name }) => /^f(data)?sync$/.test(name));
  const removals = calls.filter(({ name, args, result }) => {
    const path = resolve(/^(?:AT_FDCWD|\d+)<([^>]*)>/.exec(args)?.[1] ?? "/", /"([^"]*)"/.exec(args)?.[1] ?? "");
    return /^unlink/.test(name) && result === 0 && dirname(path) === journal && path.endsWith(".segment");
  });
  const violations = removals.flatMap((removal) => {
    const last = writes.findLast(({ ended }) => ended < removal.begun);
    if (!last) return [`${removal.args}: removed before anything was stored`];
    const safe = syncs.some(({ begun, ended }) => begun > last.ended && ended < removal.begun);
    return safe ? [] : [`${removal.args}: removed before the store's log was synced`];
  });
  return { removed: removals.length, violations };
}
