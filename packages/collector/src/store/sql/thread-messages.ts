import { CollectorError, type CollectorErrorCode } from "../../collector-error.js";

/** What a thread is told when it starts. */
export interface ThreadData<Place> {
  readonly role: "write" | "read";
  /** Where the database is. */
  readonly place: Place;
  /** Files that say where networks are, for the one that writes. */
  readonly places?: readonly string[];
  /** Values of a dimension that a site's day tells apart. */
  readonly mostValues: number;
}

/**
 * A call on its way to a thread. What is sent is JSON by nature, and as text it is on the other side in half the time that
 * a structured clone takes; only bytes, as the last argument, change hands without a copy.
 */
export interface ThreadCall {
  readonly id: number;
  readonly name: string;
  /** The arguments as a JSON array. */
  readonly args: string;
  /** One argument more. */
  readonly bytes: Uint8Array | undefined;
}

/** The thread's answer; its value is JSON, or nothing. */
export type ThreadAnswer =
  | { readonly id: number; readonly ok: true; readonly value: string | undefined }
  | { readonly id: number; readonly ok: false; readonly error: PlainError };

/** An error as it can be sent: classes do not survive the way. */
export interface PlainError {
  readonly code: CollectorErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
}

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { code: null, message: String(error), stack: undefined };
  return { code: error instanceof CollectorError ? error.code : null, message: error.message, stack: error.stack };
}

export function fromPlain({ code, message, stack }: PlainError): Error {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return code === null ? cause : new CollectorError(code, message, { cause });
}
