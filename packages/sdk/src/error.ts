/** What `onError` can be told, for programs to branch on. */
export type IsothermErrorCode =
  | "options_invalid"
  | "capture_failed"
  | "event_invalid"
  | "batch_rejected"
  | "delivery_refused";

/** The one class of error that reaches `onError`; nothing is ever thrown into the page. `reason` is what was thrown, or answered. */
export class IsothermError extends Error {
  constructor(
    readonly code: IsothermErrorCode,
    readonly reason: unknown,
  ) {
    super(`${code}: ${reason}`);
  }
}
