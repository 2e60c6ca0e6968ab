import { type RefusalCode, refusalStatus } from "@isotherm/protocol";

/** What a program may branch on; docs/errors.md lists them. Those of `RefusalCode` reach HTTP as they are. */
export type RelayErrorCode = RefusalCode | "options_invalid" | "record_invalid" | "briefing_invalid";

/** What may go with an error into its answer. */
export interface RelayErrorOptions {
  readonly cause?: unknown;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number;
  /** Each fault with its place. */
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** Every failure that the relay itself raises. */
export class RelayError extends Error {
  override readonly name = "RelayError";
  readonly retryAfter: number | undefined;
  readonly details: RelayErrorOptions["details"];

  constructor(
    readonly code: RelayErrorCode,
    message: string,
    options: RelayErrorOptions = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.retryAfter = options.retryAfter;
    this.details = options.details;
  }

  /** The code under which an HTTP answer carries this error. */
  get refusal(): RefusalCode {
    return this.code in refusalStatus ? (this.code as RefusalCode) : "internal";
  }

  /** The HTTP status of that answer. */
  get statusCode(): number {
    return refusalStatus[this.refusal];
  }
}
