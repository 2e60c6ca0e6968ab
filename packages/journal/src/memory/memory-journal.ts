import { checkOption } from "../check-option.js";
import { checkRecord } from "../check-record.js";
import type {
  AppendResult,
  BatchJournal,
  JournalRecord,
  Position,
  ReaderState,
  StoredRecord,
  Tally,
} from "../journal.js";
import { JournalError } from "../journal-error.js";
import { advanced, lowestCursor, rewound } from "../reader-state.js";
import { recentIds } from "../recent-ids.js";
import { addToTotals, checkTally } from "../tally.js";
import { createWaiters } from "../waiters.js";

/** How a journal in memory behaves. */
export interface MemoryJournalOptions {
  /** Bytes of data that are kept at most. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** What happens when that is reached: appends reject with `journal_full`, or the oldest records go. @default "refuse" */
  readonly full?: "refuse" | "drop-oldest";
  /** Ids that are remembered at least to recognise duplicates. @default 200000 */
  readonly remember?: number;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A journal that ends with its process: for tests, and for places without a disk where loss is accepted. */
export function memoryJournal({
  maxBytes = 64 * 1024 * 1024,
  full = "refuse",
  remember = 200_000,
  now = Date.now,
}: MemoryJournalOptions = {}): BatchJournal {
  checkOption("maxBytes", maxBytes, 1);
  checkOption("remember", remember, 0);
  let kept: StoredRecord[] = [];
  let bytes = 0;
  let last: Position = 0;
  let dropped = 0;
  let closed = false;
  const tallied = new Map<string, number>();
  const readers = new Map<string, ReaderState>();
  const ids = recentIds(remember);
  const waiters = createWaiters(() => kept.at(-1)?.position ?? 0);

  const open = (): void => {
    if (closed) throw new JournalError("journal_closed", "the journal was closed; open it again");
  };
  const firstKept = (): Position => kept[0]?.position ?? last + 1;
  const readerOf = (name: string): ReaderState => readers.get(name) ?? { position: firstKept() - 1, tally: {} };

  function free(count: number): StoredRecord[] {
    const gone = kept.slice(0, count);
    kept = kept.slice(count);
    for (const record of gone) bytes -= record.data.length;
    return gone;
  }

  function makeRoom(wanted: number): void {
    if (wanted > maxBytes) {
      throw new JournalError("record_too_large", `${wanted} bytes never fit in ${maxBytes}; raise maxBytes`);
    }
    if (bytes + wanted <= maxBytes) return;
    if (full === "refuse") {
      throw new JournalError(
        "journal_full",
        `the journal holds ${bytes} of ${maxBytes} bytes; let readers go on, and trim`,
      );
    }
    let count = 0;
    for (let room = maxBytes - bytes; room < wanted; count += 1) room += kept[count]?.data.length ?? wanted;
    const passed = readers.size === 0 ? 0 : lowestCursor(readers.values());
    dropped += free(count).filter((record) => record.position > passed).length;
  }

  function store(records: readonly JournalRecord[], count?: (result: AppendResult) => Tally): AppendResult {
    open();
    const fresh = new Map<string, JournalRecord>();
    const duplicates: string[] = [];
    let wanted = 0;
    for (const record of records) {
      checkRecord(record);
      if (fresh.has(record.id) || ids.has(record.id)) {
        duplicates.push(record.id);
        continue;
      }
      fresh.set(record.id, record);
      wanted += record.data.length;
    }
    const result = { stored: fresh.size, duplicates };
    const tally = count?.(result) ?? {};
    checkTally(tally);
    if (wanted > 0) makeRoom(wanted);
    const at = now();
    for (const { id, data } of fresh.values()) {
      last += 1;
      kept.push({ id, data: data.slice(), position: last, at });
      ids.add(id);
    }
    bytes += wanted;
    addToTotals(tallied, tally);
    waiters.wake();
    return result;
  }

  return {
    durability: "memory",
    append: async (records, tally) => store(records, tally),
    async read(after, limit) {
      open();
      const found: StoredRecord[] = [];
      let size = 0;
      for (let index = Math.max(0, after + 1 - firstKept()); index < kept.length; index += 1) {
        const record = kept[index];
        if (record === undefined || found.length >= limit.records) break;
        size += record.data.length;
        if (found.length > 0 && size > limit.bytes) break;
        found.push({ id: record.id, data: record.data.slice(), position: record.position, at: record.at });
      }
      return found;
    },
    waitFor: (after, signal) => waiters.wait(after, signal),
    async reader(name) {
      open();
      return readerOf(name);
    },
    async advance(name, position, tally = {}, ahead = []) {
      open();
      readers.set(name, advanced(name, readerOf(name), position, tally, ahead, last));
    },
    async rewind(name, position, tally = {}) {
      open();
      readers.set(name, rewound(name, readerOf(name), position, tally, last));
    },
    async forget(name) {
      open();
      readers.delete(name);
    },
    async trim(before) {
      open();
      const bound = Math.min(before, lowestCursor(readers.values()));
      const end = kept.findIndex(({ position }) => position > bound);
      return free(end < 0 ? kept.length : end).length;
    },
    async stats() {
      open();
      return {
        bytes,
        maxBytes,
        records: kept.length,
        first: firstKept(),
        last,
        oldestAt: kept[0]?.at ?? null,
        tally: Object.fromEntries(tallied),
        readers: Object.fromEntries(readers),
        dropped,
        damage: [],
        failing: null,
      };
    },
    async verify() {
      open();
      return { records: kept.length, bytes, damage: [] };
    },
    async close() {
      closed = true;
      waiters.end();
    },
  };
}
