import type { BatchJournal } from "@isotherm/journal";
import type { Briefing } from "@isotherm/protocol";
import type { CoreOptions } from "../options.js";
import type { Fetch } from "../transport/fetch.js";

/** Keeps the last briefing somewhere else, as in a key-value store. */
export interface SnapshotKeeper {
  /** What was saved last; null or undefined where there is none. What cannot be read counts as none. */
  load(): Promise<unknown>;
  save(briefing: Briefing): Promise<unknown>;
}

/** A relay without Node that is about to start. What it keeps, it keeps where it is told to. */
export interface EdgeRelayOptions extends CoreOptions {
  /** First-party paths, chosen at install time; there are no defaults. */
  readonly paths: {
    /** Takes batches, as `/f3k9q2w7`. */
    readonly intake: string;
    /** Serves the files of `script`, as `/h2m4x8b1`. @default none: whatever serves the site serves the SDK */
    readonly script?: string;
  };
  /** Where batches are kept until every target has them; whoever opened it closes it, after the relay. @default none, with durability "upstream" */
  readonly journal?: BatchJournal;
  /**
   * What a 2xx promises where that is less than a disk. `upstream`: there is no journal; the answer waits for the targets, and
   * whoever sent the batches keeps them until then. `memory` or `async`: the journal says so of itself, and loss is accepted.
   * @default what the journal says, if that is `disk` or `majority`
   */
  readonly durability?: "upstream" | "memory" | "async";
  /** With durability `upstream`, names of the targets that a 2xx waits for; the others get it behind the answer, and what one does not take is lost, and counted. @default all */
  readonly required?: readonly string[];
  /**
   * Files of `dist/script` of `@isotherm/sdk`, with their manifest.json, by their names; beside them, where nothing in front
   * packs answers, their packed forms as `<name>.br` and `<name>.gz`. @default none
   */
  readonly script?: { readonly [file: string]: Uint8Array };
  /** Keeps keys and salts for the next start; salts are secrets. @default nothing is kept, and a start asks the collector */
  readonly snapshot?: SnapshotKeeper;
  /** Takes what targets refuse for good, each a line of JSON without the visitor's address; rejects when it cannot. @default none: it is counted, and gone */
  readonly deadLetters?: (lines: readonly string[]) => Promise<void>;
  /** Sends requests to targets. @default the runtime's own */
  readonly fetch?: Fetch;
}
