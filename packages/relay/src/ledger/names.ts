/** How counters are named in the journal's tally; public keys hold no colon. */
export const names = {
  received: (key: string): string => `received:${key}`,
  journaled: (key: string): string => `journaled:${key}`,
  duplicate: (key: string): string => `duplicate:${key}`,
  refused: (key: string, reason: string): string => `refused:${key}:${reason}`,
  /** Fields and event types that this version does not know. */
  unknown: (key: string): string => `unknown:${key}`,
  /** Whole requests that were refused before it was clear how many batches they hold, or for whom. */
  request: (reason: string): string => `request:${reason}`,
  /** Requests of a pass-through that were kept without their copy, as its site could not be known. */
  uncopied: "uncopied",
  /** Records with discards that senders reported. */
  gone: "gone",
  /** Reports of discards that came without a single batch to send them on with. */
  goneLost: "gone_lost",
} as const;

/** How counters are named in a target's tally. */
export const passed = {
  forwarded: "forwarded",
  dead: "dead",
  filtered: "filtered",
  /** Of what was forwarded, batches that a target without memory may have twice. */
  maybeDuplicate: "maybe_duplicate",
  dropped: (reason: string): string => `dropped:${reason}`,
  gone: "gone",
  /** What had been journaled before the target was there. */
  before: "before",
  beforeGone: "before_gone",
} as const;
