import type { Gone } from "@isotherm/protocol";

/** A frozen batch, or the tombstone of one that was discarded unsent. */
export interface Waiting {
  readonly id: string;
  readonly tab: string;
  readonly seq: number;
  /** Events in it. */
  readonly n: number;
  /** Time of its first event, in ms since 1970. */
  readonly at: number;
  /** The JSON that travels: of the batch, or of the tombstone. */
  readonly body: string;
  /** Length of `body` in UTF-8. */
  readonly bytes: number;
  /** Set on a tombstone. */
  readonly reason?: Gone["reason"];
}

/** When the next attempt may be made, and after how many failures. */
export interface Pause {
  readonly until: number;
  readonly failures: number;
}

/** Where frozen batches wait until a server has them. */
export interface Outbox {
  /** Keeps a batch or a tombstone, in place of what had the same id. */
  put(batch: Waiting): void;
  /** What this tab holds, oldest first, at once: the page may be ending. */
  own(): readonly Waiting[];
  /** Everything that waits and may be sent from here, oldest first. */
  read(): Promise<readonly Waiting[]>;
  forget(ids: readonly string[]): void;
  /** Forgets everything, whichever tab it came from. */
  clear(): void;
  /** Runs `work` unless another tab that shares the outbox is doing so; answers false in that case. */
  alone(work: () => Promise<void>): Promise<boolean>;
  /** An event came to a batch that had none: from here on it may be written ahead. */
  opened(): void;
  /** How many of an open batch's events were left behind in a record that is no longer this tab's. */
  left(id: string): number;
  pause(): Pause;
  setPause(pause: Pause): void;
}
