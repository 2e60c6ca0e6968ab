import type { Batch } from "@isotherm/protocol";
import type { Capture } from "./capture.js";
import type { IsothermError } from "./error.js";

/** How `start` records and delivers. */
export interface StartOptions {
  /** The site's public key, as `pk_…`. */
  readonly key: string;
  /** The relay's path on this site, as `/f3k9q2`, or a collector's address. */
  readonly to: string;
  /** Captures and additions; page views, custom events and delivery are always there. @default [] */
  readonly use?: readonly Capture[];
  /** Milliseconds after its first event at which a batch is frozen and sent, in steps of 500. @default 5000 */
  readonly every?: number | undefined;
  /** `required` captures, stores and sends nothing before `consent("granted")`. @default none */
  readonly consent?: "required" | undefined;
  /** Signals of the visitor's browser; an affected visitor is not captured at all. @default both true */
  readonly respect?: { readonly gpc?: boolean; readonly dnt?: boolean };
  /** Runs inside a frame as well. @default false */
  readonly frames?: boolean;
  /** The hash is a route: it stays in the URL, and its change is a page view. @default false */
  readonly hash?: boolean;
  /**
   * Sees each batch once, just before it is frozen, and answers at once; what it returns is final, unless it is too much for
   * one batch: then its halves are seen instead. `null` discards the batch, and so does what is no batch, as a promise, what
   * JSON cannot say, and what is thrown: that is told to `onError`.
   * @default none
   */
  readonly beforeSend?: ((batch: Batch) => Batch | null) | undefined;
  /** Hears of what went wrong. @default none */
  readonly onError?: ((error: IsothermError) => void) | undefined;
  /** Writes each frozen batch to the console. @default false */
  readonly debug?: boolean;
}
