import type { Connection } from "./connection.js";

/** Numbers of rows of `raw` before they are written, within a transaction: nobody else writes any meanwhile. */
export interface RowNumbers {
  next(): number;
  /** Asks the table again: in each transaction, as other collectors may have written since the one before. */
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
