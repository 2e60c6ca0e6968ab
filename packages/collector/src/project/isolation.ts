import { CollectorError, type CollectorErrorCode } from "../collector-error.js";

/**
 * Finds the record that fails a chunk: fewer are projected at once after each failure, until the one to blame stands
 * alone, and more again after each success.
 */
export interface Isolation {
  /** How many records the next chunk holds at most. */
  most(): number;
  /** A chunk of so many records failed with this. */
  failed(records: number, error: unknown): void;
  worked(): void;
  /** One record alone has failed again and again. */
  alone(): boolean;
}

// A store that goes away for a moment fails any record.
const patience = 3;

/** What says nothing of the records that were given: the disk is full, the server lets nobody in, another has moved on. */
const others: ReadonlySet<CollectorErrorCode> = new Set(["store_unavailable", "store_refused", "cursor_moved"]);

/** Whether an error can be a record's fault. */
export function isRecords(error: unknown): boolean {
  return !(error instanceof CollectorError && others.has(error.code));
}

/** For chunks of `most` records. */
export function isolation(most: number): Isolation {
  let size = most;
  let failures = 0;
  return {
    most: () => size,
    failed(records, error) {
      if (records > 1) failures = 0;
      else if (isRecords(error)) failures++;
      size = Math.max(1, Math.min(size, records) >> 1);
    },
    worked() {
      failures = 0;
      size = Math.min(most, size * 2);
    },
    alone: () => failures >= patience,
  };
}
