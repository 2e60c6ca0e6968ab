/**
 * Finds the record that fails a chunk: fewer are projected at once after each failure, until the one to blame stands
 * alone, and more again after each success.
 */
export interface Isolation {
  /** How many records the next chunk holds at most. */
  most(): number;
  /** A chunk of so many records failed. */
  failed(records: number): void;
  worked(): void;
  /** One record alone has failed again and again. */
  alone(): boolean;
}

// A store that goes away for a moment fails any record.
const patience = 3;

/** For chunks of `most` records. */
export function isolation(most: number): Isolation {
  let size = most;
  let failures = 0;
  return {
    most: () => size,
    failed(records) {
      failures = records === 1 ? failures + 1 : 0;
      size = Math.max(1, Math.min(size, records) >> 1);
    },
    worked() {
      failures = 0;
      size = Math.min(most, size * 2);
    },
    alone: () => failures >= patience,
  };
}
