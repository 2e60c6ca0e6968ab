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
  /** Requests of a pass-through that were kept without their copy, as its site could not be known or they could not be read. */
  uncopied: "uncopied",
  /** Records with discards that senders reported. */
  gone: "gone",
  /** Records for one target alone: what it had refused, and gets once more. */
  again: (target: string): string => `again:${target}`,
  /** Of what was received, batches that came out of the quarantine. */
  mended: (key: string): string => `mended:${key}`,
  /** Requests that the quarantine kept, let go for others, could not keep, or gave back. */
  quarantine: (fate: "kept" | "dropped" | "failed" | "replayed" | ""): string => `quarantine:${fate}`,
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
  /** 1 from the moment that the target is known until what came before it has been counted. */
  beforePending: "before_pending",
  beforeGone: "before_gone",
  beforeAgain: "before_again",
  beforeElsewhere: "before_elsewhere",
  /** Records for another target alone. */
  elsewhere: "elsewhere",
  /** What was settled, and is to be settled a second time because somebody set the cursor back. */
  replayed: "replayed",
} as const;
