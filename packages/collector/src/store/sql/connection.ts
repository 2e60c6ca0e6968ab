/** What a database keeps in a column. */
export type Value = string | number | null | Uint8Array;

/**
 * One open database, with its statements prepared once each. Statements are written once for all databases, as SQLite and
 * PostgreSQL both take them: `?` stands for a value, keywords are in capitals, a function stands right before its
 * parenthesis, and every other word is a name, which other databases quote.
 */
export interface Connection {
  all<Row>(sql: string, ...values: readonly Value[]): Row[];
  /** Rows as arrays of their columns, which takes half the time of objects. */
  table<Row extends readonly Value[]>(sql: string, ...values: readonly Value[]): Row[];
  /** Hands over such rows one by one: all at once they might not fit in memory. Nothing else may be run meanwhile. */
  each<Row extends readonly Value[]>(visit: (row: Row) => void, sql: string, ...values: readonly Value[]): void;
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined;
  /** Runs a statement of which nothing is to be known: inside `write` it may fail only at a later call, or at its end. */
  run(sql: string, ...values: readonly Value[]): void;
  /** Runs a statement and gives how many rows it changed: none where a conflict has an insert do nothing. */
  change(sql: string, ...values: readonly Value[]): number;
  /** Inserts a row and gives its number, the column `n`. */
  insert(sql: string, ...values: readonly Value[]): number;
  /** Runs statements of the database's own, without values. */
  script(sql: string): void;
  /**
   * Runs `work` with the write lock of the whole store held from its start, by no other process either; all of it, or
   * nothing when it throws. `durable` outlives a power cut, and makes everything durable that was committed before it;
   * `soon` is whole after one, but may be missing.
   */
  write<Result>(work: () => Result, durability?: "durable" | "soon"): Result;
  /** Runs `work` on one snapshot. */
  read<Result>(work: () => Result): Result;
  /**
   * Has the database let go of what was deleted from these tables, as far as it can; not inside `write`. False where a reader
   * stands in the way, so that it has to be asked again.
   */
  purge(tables: readonly string[]): boolean;
  /**
   * Counts up with each new connection to a server: what was learnt over the one before may not be there any more, where the
   * server is another now, or lost its last commits. Known inside of a transaction.
   */
  epoch(): number;
  close(): void;
}
