import type { Connection } from "../connection.js";

interface TextState {
  readonly generation: number;
  readonly stale: number;
}

/**
 * Counts up whenever numbers of texts or visitors were given up: whoever remembers some has to forget them, also in another
 * process that writes the same database.
 */
export function generationOf(connection: Connection): number {
  return connection.get<TextState>("SELECT generation, stale FROM text_state WHERE n = 1")?.generation ?? 0;
}

/** The next one, in the transaction that gives numbers up. */
export function nextGeneration(connection: Connection): void {
  connection.run("UPDATE text_state SET generation = generation + 1 WHERE n = 1");
}

/** Rows went that may have been the only ones to refer to a text, a profile or a visitor. */
export function markTexts(connection: Connection): void {
  connection.run("UPDATE text_state SET stale = stale + 1 WHERE n = 1");
}

/** Which rows have gone since a number was last `unmark`ed; 0 for none. */
export function staleness(connection: Connection): number {
  return connection.get<TextState>("SELECT generation, stale FROM text_state WHERE n = 1")?.stale ?? 0;
}

/** Everything that went before this staleness was looked at has left nothing behind. */
export function unmarkTexts(connection: Connection, seen: number): void {
  connection.run("UPDATE text_state SET stale = 0 WHERE n = 1 AND stale = ?", seen);
}
