import type { Gone } from "@isotherm/protocol";

/** A frozen batch. */
export interface Waiting {
  readonly id: string;
  /** Its JSON. */
  readonly body: string;
  /** Length of `body` in UTF-8. */
  readonly bytes: number;
}

/** Keeps batches beyond the page's life. What it does takes its time; what this tab knows is in `context.waiting` at once. */
export interface Outbox {
  /** Tombstones of what was discarded unsent, for the next envelope. */
  readonly gone?: readonly Gone[] | undefined;
  /** Writes the open batches ahead. */
  ahead(): void;
  put(batch: Waiting): unknown;
  /** Forgets batches, and the tombstones `told` with them. Those that are `rejected`, which no server will take, leave one. */
  forget(batches: readonly Waiting[], told?: readonly Gone[], rejected?: readonly { readonly id: string }[]): void;
  /** Sends, after `waiting` and `pause` are as fresh as can be. Not while another tab does so, unless that takes it very long. */
  drain(send: () => Promise<void>): Promise<unknown>;
}
