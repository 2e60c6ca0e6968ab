import type { Gone } from "@isotherm/protocol";

/** A frozen batch. */
export interface Waiting {
  readonly id: string;
  /** Its JSON. */
  readonly body: string;
  /** Length of `body` in UTF-8. */
  readonly bytes: number;
  /** It is on its way, in a request that outlives the page. */
  leaving?: boolean;
}

/** When the next attempt may be made, and after how many failures. */
export interface Pause {
  readonly until: number;
  readonly failures: number;
}

/** Where frozen batches wait until a server has them. */
export interface Outbox {
  /** What this tab has to send, oldest first; readable at once, because the page may be ending. */
  own: readonly Waiting[];
  /** Batches that `own` may hold before new events are discarded instead. */
  readonly most: number;
  /** Batches that were discarded unsent, for the server to know. */
  gone: readonly Gone[];
  pause: Pause;
  /** A batch takes an event: from here on it may be written ahead. */
  opened(): void;
  put(batch: Waiting): void;
  /** Forgets batches; without ids everything, whichever tab it came from. */
  forget(ids?: readonly string[]): void;
  /** Repeats `step` while it answers true, after `own` and `pause` are as fresh as can be. Not while another tab does so. */
  drain(step: () => Promise<boolean>): Promise<void>;
}
