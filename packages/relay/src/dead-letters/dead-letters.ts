import type { Entry } from "../target/target.js";

/** A record, or one event of it, that will never reach its target, and why. */
export interface DeadLetter extends Pick<Entry, "item" | "event"> {
  /** The relay's clock when it was given up, in ms since 1970. */
  readonly at: number;
  readonly target: string;
  readonly code: string;
  readonly message: string;
}

/** Keeps what targets refuse for good, for a person to look at and send again. */
export interface DeadLetters {
  /** Resolves once they are durable. */
  write(letters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}
