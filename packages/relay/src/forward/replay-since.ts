import type { BatchJournal, Position, Range, StoredRecord } from "@isotherm/journal";
import { decodeRecord } from "../journal-record/record.js";
import { passed } from "../ledger/names.js";
import { owed } from "../ledger/owed.js";
import { kindFor } from "./record-kind.js";

/** What setting a target's cursor back would do. */
export interface ReplayPlan {
  readonly target: string;
  /** Where the cursor is to stand; undefined when the target has passed nothing that was received since. */
  readonly position: Position | undefined;
  /** Records that the target has settled and gets again: batches, and reports of discards. */
  readonly again: number;
  /** Records that it has not settled yet. */
  readonly waiting: number;
  /** When the oldest record that is still kept was received, in ms since 1970; null when none is. */
  readonly keptSince: number | null;
  /** Counters that change with the cursor. */
  readonly tally: { readonly [counter: string]: number };
}

const page = { records: 1_024, bytes: 4_194_304 };

/**
 * Looks for the first record kept that was received at `since` or later, and at what the target has settled from there
 * on. The target must be a reader of the journal.
 */
export async function planReplay(journal: BatchJournal, target: string, since: number): Promise<ReplayPlan> {
  const stats = await journal.stats();
  const reader = await journal.reader(target);
  const { position: cursor, ahead = [] } = reader;
  const settledTo = ahead.at(-1)?.[1] ?? cursor;
  const isSettled = (place: Position): boolean =>
    place <= cursor || ahead.some(([first, end]: Range) => first <= place && place <= end);

  let keptSince: number | null = null;
  let start: Position | undefined;
  const seen = { batch: 0, gone: 0, again: 0, elsewhere: 0 };
  for await (const record of recordsOf(journal, stats.first - 1)) {
    keptSince ??= receivedAt(record);
    if (record.position > settledTo) break;
    if (start === undefined && receivedAt(record) < since) continue;
    start ??= Math.min(record.position - 1, cursor);
    if (isSettled(record.position)) seen[kindFor(target, record.data)]++;
  }
  const waiting = owed(stats.last, reader);
  if (start === undefined) return { target, position: undefined, again: 0, waiting, keptSince, tally: {} };
  // What was settled ahead of the cursor is forgotten with the move, and goes again as well.
  const places = cursor - start + ahead.reduce((sum, [first, end]) => sum + end - first + 1, 0);
  return {
    target,
    position: start,
    again: places - seen.elsewhere,
    waiting,
    keptSince,
    tally: {
      [passed.replayed]: places - seen.elsewhere - seen.gone,
      ...(seen.gone > 0 && { [passed.gone]: -seen.gone }),
      ...(seen.elsewhere > 0 && { [passed.elsewhere]: -seen.elsewhere }),
    },
  };
}

/** Sets the cursor back as planned, with the counters that keep the ledger in balance, or not at all. */
export async function replaySince(journal: BatchJournal, { target, position, tally }: ReplayPlan): Promise<void> {
  if (position !== undefined) await journal.rewind(target, position, tally);
}

async function* recordsOf(journal: BatchJournal, from: Position): AsyncGenerator<StoredRecord> {
  for (let at = from; ; ) {
    const records = await journal.read(at, page);
    yield* records;
    const end = records.at(-1);
    if (end === undefined) return;
    at = end.position;
  }
}

function receivedAt({ data, at }: StoredRecord): number {
  try {
    return decodeRecord(data).receivedAt;
  } catch {
    return at;
  }
}
