import type { WantedSnapshot } from "./snapshot.js";

/** Codes for a whole request that was not accepted. */
export type RefusalCode =
  | "envelope_invalid"
  | "key_unknown"
  | "signature_invalid"
  | "token_invalid"
  | "scope_missing"
  | "origin_refused"
  | "not_found"
  | "method_refused"
  | "id_taken"
  | "body_too_large"
  | "encoding_unsupported"
  | "rate_limited"
  | "query_invalid"
  | "snapshot_invalid"
  | "unavailable"
  | "internal";

/** Codes for one batch that was not accepted. */
export type RejectionCode = "batch_invalid" | "batch_too_large" | "key_unknown";

/** One batch of a request that was refused for good. */
export interface Rejection {
  /** The batch's id, or its index as `#3` where it has no readable one. */
  readonly id: string;
  readonly code: RejectionCode;
  /** What is wrong and where, as `/batches/0/page/vw must be integer`. */
  readonly message: string;
}

/** What a server would like to have. */
export interface Hints {
  /** Told to browsers: pages of this request's batches, by normalised path, that a snapshot is wanted of. */
  readonly snapshot?: readonly string[];
  /** The same, told to relays. */
  readonly wanted?: readonly WantedSnapshot[];
}

/** The body of a 202. A 204 without a body means: everything accepted. */
export interface Accepted {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
  readonly hints?: Hints;
}

/** The one shape of every error answer. */
export interface Refusal {
  /** The status in words, as `invalid envelope`. */
  readonly error: string;
  readonly code: RefusalCode;
  /** For a person: what is wrong and how to mend it. */
  readonly message: string;
  readonly requestId: string;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** The HTTP status that goes with each code. */
export const refusalStatus: { readonly [code in RefusalCode]: number } = {
  envelope_invalid: 400,
  query_invalid: 400,
  snapshot_invalid: 400,
  key_unknown: 401,
  signature_invalid: 401,
  token_invalid: 401,
  scope_missing: 403,
  origin_refused: 403,
  not_found: 404,
  method_refused: 405,
  id_taken: 409,
  body_too_large: 413,
  encoding_unsupported: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};
