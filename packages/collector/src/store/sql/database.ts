import type { Connection } from "./connection.js";
import type { Migration } from "./migrate.js";

/** A database at its place: how to reach it, and what is its own. */
export interface Database {
  /** Throws `store_unavailable` where it cannot be opened; one on a network may tell so at the first statement. */
  connect(mode: "write" | "read"): Connection;
  /** Which product it is, with its version, as `MariaDB 10.11.6`. */
  product(connection: Connection): string;
  /** The steps of its schema, oldest first. */
  readonly migrations: readonly Migration[];
  /** Whether no step was ever run there. */
  isEmpty(connection: Connection): boolean;
  /** The statements of a step as this database takes them. */
  render(sql: string): readonly string[];
  /**
   * Null where a step that fails leaves nothing behind. Elsewhere each statement is there for good once it was run, and this
   * tells of a failed one whether the reason is that it had been run before.
   */
  readonly alreadyRun: ((error: unknown) => boolean) | null;
  /**
   * Has the server renew its tables' statistics where they know of fewer batches than these; null where it does so in time by
   * itself. Outside of transactions.
   */
  readonly analyze: ((connection: Connection, batches: number) => void) | null;
  /** Whether a statement failed because the user may not do that to the schema. */
  denied(error: unknown): boolean;
  /** A failure as callers are to see it: `store_unavailable` where the fault is the store's; others stay what they are. */
  errorOf(error: unknown): unknown;
}
