import { dirname } from "node:path";
import { behind, type Call, pathOf } from "./trace.js";

/** What a trace shows of the journal segments that a collector let go. */
export interface LetGo {
  readonly removed: number;
  /** Batches that the removed segments held. */
  readonly batches: number;
  /** Those of them that the store could still lose when their segment was removed. */
  readonly violations: readonly string[];
}

/**
 * Holds a collector's trace against the rule that its journal lets nothing go that its store could lose: before a segment
 * is removed, each of the batches `sent` that it held is on a page of the database's log, and the log was synced after that.
 */
export function proveLetGo(
  calls: readonly Call[],
  {
    journal,
    database,
    sent,
  }: { readonly journal: string; readonly database: string; readonly sent: readonly string[] },
): LetGo {
  const done = calls.filter(({ result }) => result !== null && result >= 0);
  const writes = done.filter(({ name }) => /^p?write/.test(name));
  const log = `${database}-wal`;
  const syncs = done.filter((call) => /^f(data)?sync$/.test(call.name) && behind(call) === log);
  const stored = firstPages(
    writes.filter((call) => behind(call) === log),
    sent,
  );
  const removals = done.filter((call) => /^unlink/.test(call.name) && isSegmentOf(journal, pathOf(call)));
  const violations: string[] = [];
  let batches = 0;
  for (const removal of removals) {
    const held = writes
      .filter((call) => behind(call) === pathOf(removal))
      .map(({ args }) => args)
      .join();
    for (const id of sent.filter((one) => held.includes(one))) {
      batches++;
      const page = stored.get(id);
      const safe = page && syncs.some(({ begun, ended }) => begun > page.ended && ended < removal.begun);
      if (!safe) violations.push(`${id}: its segment was removed before the store had it on disk`);
    }
  }
  return { removed: removals.length, batches, violations };
}

/** The first write of a page with each id, which `raw` holds as its 16 bytes. */
function firstPages(writes: readonly Call[], ids: readonly string[]): ReadonlyMap<string, Call> {
  const wanted = new Map(ids.map((id) => [Buffer.from(id.replaceAll("-", ""), "hex").toString("latin1"), id]));
  // Ids of one minute begin alike: https://www.rfc-editor.org/rfc/rfc9562#section-5.7
  const beginnings = new Set([...wanted.keys()].map((bytes) => bytes.slice(0, 3)));
  const found = new Map<string, Call>();
  for (const write of writes) {
    const page = bytesOf(write);
    for (const beginning of beginnings) {
      for (let at = page.indexOf(beginning); at >= 0; at = page.indexOf(beginning, at + 1)) {
        const id = wanted.get(page.slice(at, at + 16));
        if (id !== undefined && !found.has(id)) found.set(id, write);
      }
    }
  }
  return found;
}

const escapes: { readonly [letter: string]: string } = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };

/** The bytes of a write, which strace prints as C does. */
function bytesOf({ args }: Call): string {
  const text = /"(.*)"/s.exec(args)?.[1] ?? "";
  return text.replaceAll(/\\([0-7]{1,3}|.)/gs, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );
}

const isSegmentOf = (journal: string, path: string): boolean => dirname(path) === journal && path.endsWith(".segment");
