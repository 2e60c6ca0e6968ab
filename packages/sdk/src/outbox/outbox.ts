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

/** Where frozen batches wait until a server has them. */
export interface Outbox {
  /** What this tab has to send, oldest first; readable at once, because the page may be ending. */
  own: Waiting[];
  /** Batches that `own` may hold before new events are discarded instead. */
  readonly most: number;
  /** Fields for the next envelopes, each with its comma: the tombstones of what was discarded unsent. */
  head: string;
  /** When the next attempt may be made, in ms since 1970. */
  pause: number;
  /** Everything was to be forgotten, before what is kept on the device could be reached. */
  erased?: boolean;
  /** A batch takes an event: from here on it may be written ahead. */
  opened(): void;
  put(batch: Waiting): void;
  /**
   * Forgets batches; without ids everything, whichever tab it came from. `head` is what the server was told with them;
   * `rejected` says that no server will take them.
   */
  forget(ids?: readonly string[], head?: string, rejected?: boolean): void;
  /** Repeats `step` while it answers true, after `own` and `pause` are as fresh as can be. Not while another tab does so. */
  drain(step: () => Promise<boolean>): Promise<void>;
}
