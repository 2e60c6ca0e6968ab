import type { CollectorErrorCode } from "../../collector-error.js";
import type { Value } from "./connection.js";

/** A statement in the server's own words, with its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** What a thread asks of the line; `before` are statements that are run first, of which nothing is to be known. */
export type Request = { readonly before: readonly Statement[] } & (
  | ({ readonly kind: "rows" | "change" | "insert" | "stream" } & Statement)
  | { readonly kind: "script"; readonly sql: string }
  | { readonly kind: "begin"; readonly mode: "durable" | "soon" | "read" }
  | { readonly kind: "commit" | "rollback" | "more" | "stop" | "close" }
);

/** What a statement gave. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /**
   * Rows that it changed, or the number of the row that it inserted; of a stream, 1 while more is to come; of `begin`, the
   * connections that this thread has made.
   */
  readonly count: number;
}

/** What comes back. An error with a code is the store's, one without is of the statement and its values. */
export type Reply =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false;
      readonly code: CollectorErrorCode | null;
      readonly message: string;
      /** The server's own number or state. */
      readonly state: string;
    };

/**
 * What a line's thread is started with: `signal` counts its replies, and wakes who waits for one; its second number counts up
 * as long as the thread is alive.
 */
export interface LineData<Place> {
  readonly place: Place;
  readonly mode: "write" | "read";
  readonly signal: Int32Array;
  /** Milliseconds that a statement may take before the connection is given up. */
  readonly patience: number;
}

/** Milliseconds between two signs of life. */
export const beat = 1_000;

export const nothing: Answer = { columns: [], rows: [], count: 0 };

/** Bytes in memory of their own: a view of a pool would go to another thread with the whole of it. */
export function ownBytes(value: Value): Value {
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}
