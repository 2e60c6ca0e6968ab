/** What a database keeps in a column. */
export type Value = string | number | null | Uint8Array;

/** One open database, with its statements prepared once each. */
export interface Connection {
  all<Row>(sql: string, ...values: readonly Value[]): Row[];
  /** Rows as arrays of their columns, which takes half the time of objects. */
  table<Row extends readonly Value[]>(sql: string, ...values: readonly Value[]): Row[];
  /** Hands over such rows one by one: all at once they might not fit in memory. Nothing else may be run meanwhile. */
  each<Row extends readonly Value[]>(visit: (row: Row) => void, sql: string, ...values: readonly Value[]): void;
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined;
  /** Rows that were changed, and the number of the row inserted last. */
  run(sql: string, ...values: readonly Value[]): { readonly changes: number; readonly n: number };
  /** Runs several statements without values. */
  script(sql: string): void;
  /**
   * Runs `work` with the write lock held from its start; all of it, or nothing when it throws. `durable` outlives a power
   * cut, and makes everything durable that was committed before it; `soon` is whole after one, but may be missing.
   */
  write<Result>(work: () => Result, durability?: "durable" | "soon"): Result;
  /** Runs `work` on one snapshot. */
  read<Result>(work: () => Result): Result;
  close(): void;
}
