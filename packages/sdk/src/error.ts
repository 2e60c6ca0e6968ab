/** What `onError` can be told, for programs to branch on. */
export type IsothermErrorCode = "options_invalid" | "capture_failed" | "delivery_refused";

/** All that `onError` is told; nothing is ever thrown into the page. */
export interface IsothermError extends Error {
  readonly code: IsothermErrorCode;
  /** What was thrown, or answered. */
  readonly reason: unknown;
}

// Not a class: in a browser its bytes would be paid by every visitor.
export function isothermError(code: IsothermErrorCode, reason: unknown): IsothermError {
  return Object.assign(new Error(`${code}: ${reason}`), { code, reason });
}
