import type { BatchJournal, Position, StoredRecord } from "@isotherm/journal";
import { decodeRecord, type RelayRecord } from "../journal-record/record.js";
import type { Log } from "../log.js";
import type { Item } from "../target/target.js";
import { pause } from "./pause.js";

/** Where what was read goes. */
export interface Sink {
  /** There is no room for more. */
  readonly isFull: boolean;
  /** Resolves when there is room for more; false when nothing more is wanted. */
  room(): Promise<boolean>;
  item(item: Item): void;
  /** A record that cannot be read as one of ours. */
  unreadable(item: Item): void;
  /** Places up to this one were given out, but what was there is gone. */
  missing(position: Position): void;
  /** Everything that was read so far has been handed over. */
  fed(): void;
}

const page = { records: 1_024, bytes: 1_048_576 };
/** How long to wait after the first new record, in ms: those that come meanwhile are read, sent and settled with it. */
const gatherMs = 10;
const nothing = new Uint8Array(0);

/** Reads the journal from a place on, in order and for as long as it is wanted. Resolves once it is not, or the journal is closed. */
export async function feed(
  journal: BatchJournal,
  start: Position,
  sink: Sink,
  options: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const { log, signal } = options;
  let at = start;

  const hand = async (records: readonly StoredRecord[]): Promise<void> => {
    for (const record of records) {
      // In memory a record may take many times what it takes in the journal.
      if (sink.isFull) {
        sink.fed();
        if (!(await sink.room())) return;
      }
      if (record.position > at + 1) miss(record.position - 1);
      at = record.position;
      handOne(record, sink);
    }
    sink.fed();
  };
  const miss = (position: Position): void => {
    sink.missing(position);
    at = position;
  };

  while (!signal.aborted && (await sink.room())) {
    try {
      const records = await journal.read(at, page);
      if (records.length > 0) {
        await hand(records);
        continue;
      }
      const { last } = await journal.stats();
      if (last > at) {
        // Either something was appended just now, or the newest records are damaged.
        const fresh = await journal.read(at, page);
        if (fresh.length === 0) miss(last);
        await hand(fresh);
        continue;
      }
      if (!(await journal.waitFor(at, signal))) return;
      await pause(gatherMs, signal);
    } catch (error) {
      if (isClosed(error) || signal.aborted) return;
      log.error({ err: error }, "the journal cannot be read; trying again");
      await pause(1_000, signal);
    }
  }
}

function handOne({ id, position, data }: StoredRecord, sink: Sink): void {
  let record: RelayRecord;
  try {
    record = decodeRecord(data);
  } catch {
    sink.unreadable({ id, position, kind: "batch", key: "", site: "", receivedAt: 0, batch: data, gone: nothing });
    return;
  }
  // The record is ours. To spread it into another object took longer than to decode it.
  sink.item(Object.assign(record, { id: record.again?.id ?? id, position }));
}

const isClosed = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "journal_closed";
