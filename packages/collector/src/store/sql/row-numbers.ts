import type { Connection } from "./connection.js";

/** Numbers of rows of `raw` before they are written; the writer is the only one who writes any. */
export interface RowNumbers {
  next(): number;
  /** Asks the table again: after a transaction that did not happen. */
  clear(): void;
}

export function rowNumbers(connection: Connection): RowNumbers {
  let last: number | null = null;
  return {
    next() {
      last ??= connection.get<{ n: number | null }>("SELECT max(n) AS n FROM raw")?.n ?? 0;
      last++;
      return last;
    },
    clear() {
      last = null;
    },
  };
}
