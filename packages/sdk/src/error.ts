/** What `onError` can be told, for programs to branch on. */
export type IsothermErrorCode = "options_invalid" | "capture_failed" | "delivery_refused";

/** All that `onError` is told; nothing is ever thrown into the page. No `Error`: its bytes would be paid by every visitor. */
export interface IsothermError {
  readonly code: IsothermErrorCode;
  /** What was thrown; what was answered, as status and body; or which option it is about, and the fix, as `key, to: give text`. */
  readonly reason: unknown;
}
