/** What `onError` can be told, for programs to branch on. */
export type IsothermErrorCode =
  | "options_invalid"
  | "capture_failed"
  | "event_invalid"
  | "before_send_failed"
  | "batch_rejected"
  | "delivery_refused";

/** The one class of error that reaches `onError`; nothing is ever thrown into the page. */
export class IsothermError extends Error {
  constructor(
    readonly code: IsothermErrorCode,
    message: string,
    readonly cause?: unknown,
  ) {
    super(message);
  }
}
