import type { BatchJournal } from "@isotherm/journal";
import type { SiteBriefing } from "@isotherm/protocol";
import type { ProxyProof } from "./client/trust.js";
import type { Log } from "./log.js";
import type { Observer } from "./observer.js";
import type { PassthroughOptions } from "./passthrough/options.js";
import type { TargetOptions } from "./target/target-of.js";

/** How a relay goes on when a target does not take its batches. */
export interface RetryOptions {
  /** Upper bound of the first pause, in ms; it doubles with every failure in a row. @default 500 */
  readonly firstMs?: number;
  /** Upper bound of any pause, in ms. @default 60000 */
  readonly maxMs?: number;
  /** How long one phase of a request (connect, headers, body) may take, in ms. @default 30000 */
  readonly timeoutMs?: number;
}

/** A relay on any runtime that is about to start. */
export interface CoreOptions {
  /** Its name in `edge.relay`. @default "relay" */
  readonly name?: string;
  /** Where batches go; none are needed beside a pass-through. */
  readonly targets: readonly TargetOptions[];
  /** First-party paths for trackers that the site already has, whose events survive the outages of their backends. @default [] */
  readonly passthrough?: readonly PassthroughOptions[];
  /** Sites and keys that are valid besides those that a collector's briefing names. @default [] */
  readonly sites?: readonly SiteBriefing[];
  /** Proxies whose `X-Forwarded-For` is believed: addresses or CIDR ranges. @default [] */
  readonly trustProxy?: readonly string[];
  /** A proxy that no address is known of, as a platform's, and that is believed because it shows a secret. @default none */
  readonly proxyProof?: ProxyProof;
  /** Header that a trusted proxy writes the country into, as `cf-ipcountry`. @default none */
  readonly countryHeader?: string;
  /** Headers with the names of region and city, as `x-vercel-ip-city`. @default none */
  readonly regionHeader?: string;
  readonly cityHeader?: string;
  /**
   * Knows a visitor again for 13 months, by an HttpOnly cookie that is sent to the intake alone: asked for consent or not is
   * the site's to decide. Who sends GPC or DNT gets none, where the site honours it, and loses one that is there. @default false
   */
  readonly visitorCookie?: boolean;
  /** Requests a minute from one address, or one IPv6 /64 (token bucket). @default 600 */
  readonly requestsPerMinute?: number;
  /** Events a minute under one key (token bucket). @default 600000 */
  readonly eventsPerMinute?: number;
  /**
   * Bytes of bodies, unpacked, that requests under way may hold together; whoever finds no room is answered 503. One address,
   * or one IPv6 /64, may hold a quarter of it, or 10485760 (what the largest request takes) where that is more, but then no
   * more than half. A body that is alone is always taken, up to what a request may have. @default 33554432 (32 MiB)
   */
  readonly intakeBytes?: number;
  /** Pauses and timeouts of forwarding. @default {} */
  readonly retry?: RetryOptions;
  /** Time between two fetches of the collector's briefing, in ms. @default 60000 */
  readonly briefingEveryMs?: number;
  /** How long closing may wait for targets to take what is left, in ms. @default 5000 */
  readonly drainMs?: number;
  /** Structured log, as a pino logger. Neither bodies nor addresses reach it. @default none */
  readonly log?: Log;
  /** Is told of every answer and attempt, for metrics. @default none */
  readonly observer?: Observer;
  /** Random number in [0, 1), for pauses. @default Math.random */
  readonly random?: () => number;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A relay that is about to start. */
export interface RelayOptions extends CoreOptions {
  /** Folder for the snapshot of keys and salts, and for dead letters. */
  readonly folder: string;
  /** Where batches are kept until every target has them; whoever opened it closes it, after the relay. */
  readonly journal: BatchJournal;
  /** First-party paths, chosen at install time; there are no defaults. */
  readonly paths: {
    /** Takes batches, as `/f3k9q2w7`, and page snapshots below it. */
    readonly intake: string;
    /** Serves the SDK's script, as `/h2m4x8b1`; the file itself is `<path>/<content hash>.js`. */
    readonly script: string;
  };
  /** Folder with the script-tag build of `@isotherm/sdk`. */
  readonly sdkFolder: string;
  /** Bytes of dead letters kept per target; past it the oldest half goes. @default 67108864 */
  readonly deadLetterBytes?: number;
  /**
   * Keeps requests that the intake refuses as no valid envelope, for their key or for single batches, to be sent in again
   * once that is mended: as they came, without the visitor's address, and never where GPC or DNT forbids it. @default none
   */
  readonly quarantine?: {
    /** Bytes kept; past it the oldest half goes. */
    readonly maxBytes: number;
  };
}
