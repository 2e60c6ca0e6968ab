import type { BatchJournal } from "@isotherm/journal";
import type { DeadLetters } from "../dead-letters/dead-letters.js";
import type { Log } from "../log.js";
import type { Observer } from "../observer.js";
import type { Target } from "../target/target.js";
import type { Transport } from "../transport/transport.js";

/** What a forwarder works with. */
export interface ForwarderParts {
  readonly target: Target;
  readonly journal: BatchJournal;
  readonly transport: Transport;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
  readonly observer: Observer;
  /** Bounds of pauses, in ms. */
  readonly firstMs: number;
  readonly maxMs: number;
  readonly random: () => number;
  /** Clock in ms since 1970, for signatures and lateness. */
  readonly now: () => number;
}
