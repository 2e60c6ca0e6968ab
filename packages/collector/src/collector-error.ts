import { type RefusalCode, refusalStatus } from "@isotherm/protocol";

/** What a program may branch on; docs/errors.md lists them. Those of `RefusalCode` reach HTTP as they are. */
export type CollectorErrorCode =
  | RefusalCode
  | "options_invalid"
  | "site_unknown"
  | "session_unknown"
  | "snapshot_unknown"
  | "cursor_moved"
  | "schema_ahead"
  | "schema_changed"
  | "schema_denied"
  | "store_unavailable"
  | "store_refused"
  | "thread_ended"
  | "query_timeout"
  | "cursor_invalid"
  | "record_invalid"
  | "aside_full"
  | "import_invalid";

const answered: { readonly [code in Exclude<CollectorErrorCode, RefusalCode>]: RefusalCode } = {
  options_invalid: "internal",
  site_unknown: "not_found",
  session_unknown: "not_found",
  snapshot_unknown: "not_found",
  cursor_moved: "unavailable",
  schema_ahead: "unavailable",
  schema_changed: "unavailable",
  schema_denied: "unavailable",
  store_unavailable: "unavailable",
  store_refused: "unavailable",
  thread_ended: "unavailable",
  query_timeout: "unavailable",
  cursor_invalid: "query_invalid",
  record_invalid: "internal",
  aside_full: "unavailable",
  import_invalid: "internal",
};

/** What may go with an error into its answer. */
export interface CollectorErrorOptions {
  readonly cause?: unknown;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number;
  /** Each fault with its place. */
  readonly details?: readonly { readonly path: string; readonly message: string }[];
  /** What a foreign intake calls it, where its answers tell apart what is one code here. */
  readonly dialect?: string;
}

/** Every failure that the collector itself raises. */
export class CollectorError extends Error {
  override readonly name = "CollectorError";
  readonly retryAfter: number | undefined;
  readonly details: CollectorErrorOptions["details"];
  readonly dialect: string | undefined;

  constructor(
    readonly code: CollectorErrorCode,
    message: string,
    options: CollectorErrorOptions = {},
  ) {
    super(message, options);
    this.retryAfter = options.retryAfter;
    this.details = options.details;
    this.dialect = options.dialect;
  }

  /** The code under which an HTTP answer carries this error. */
  get refusal(): RefusalCode {
    return this.code in answered ? answered[this.code as keyof typeof answered] : (this.code as RefusalCode);
  }

  /** The HTTP status of that answer. */
  get statusCode(): number {
    return refusalStatus[this.refusal];
  }
}
