import type { BatchJournal } from "@isotherm/journal";
import type { SiteBriefing } from "@isotherm/protocol";

/** Where a relay's batches go: an Isotherm collector. */
export interface CollectorTargetOptions {
  readonly type: "isotherm";
  /** Its name in counters, cursors and health. @default "isotherm" */
  readonly name?: string;
  /** The collector's base address, as `https://collector.example`. */
  readonly url: string;
  /** The relay's key id, as `rk_…`; made by `isotherm keys create relay`. */
  readonly keyId: string;
  /** Secrets as `whsec_…`, at most two; the first signs. */
  readonly secrets: readonly string[];
  /** Requests in flight at most. @default 4 */
  readonly concurrency?: number;
}

/** A relay that is about to start. */
export interface RelayOptions {
  /** Its name in `edge.relay`. @default "relay" */
  readonly name?: string;
  /** Folder for the snapshot of keys and salts, and for dead letters. */
  readonly folder: string;
  /** Where batches are kept until every target has them. */
  readonly journal: BatchJournal;
  /** First-party paths, chosen at install time; there are no defaults. */
  readonly paths: {
    /** Takes batches, as `/f3k9q2w7`. */
    readonly intake: string;
    /** Serves the SDK's script, as `/h2m4x8b1`; the file itself is `<path>/<content hash>.js`. */
    readonly script: string;
  };
  /** Folder with the script-tag build of `@isotherm/sdk`. */
  readonly sdkFolder: string;
  readonly targets: readonly CollectorTargetOptions[];
  /** Sites and keys for a relay without a collector; otherwise the collector's briefing decides. @default [] */
  readonly sites?: readonly SiteBriefing[];
  /** Proxies whose `X-Forwarded-For` is believed: addresses or CIDR ranges. @default [] */
  readonly trustProxy?: readonly string[];
  /** Header that a trusted proxy writes the country into, as `cf-ipcountry`. @default none */
  readonly countryHeader?: string;
  /** Requests a minute from one address (token bucket). @default 600 */
  readonly requestsPerMinute?: number;
  /** Events a minute under one key (token bucket). @default 600000 */
  readonly eventsPerMinute?: number;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
}
