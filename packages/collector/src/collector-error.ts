/** What a program may branch on; docs/errors.md lists them. */
export type CollectorErrorCode =
  | "site_unknown"
  | "session_unknown"
  | "cursor_moved"
  | "schema_ahead"
  | "schema_changed"
  | "store_unavailable"
  | "query_timeout"
  | "cursor_invalid"
  | "record_invalid";

/** Every failure that the collector itself raises. */
export class CollectorError extends Error {
  override readonly name = "CollectorError";

  constructor(
    readonly code: CollectorErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
