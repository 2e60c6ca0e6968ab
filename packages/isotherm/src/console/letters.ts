import type { KeptLetter } from "@isotherm/relay/tools";
import type { Paint } from "./terminal.js";

/** Widths of the columns. */
const widths = [24, 14, 22, 36, 5] as const;

/** The names of the columns. */
export const letterHead = (paint: Paint): string =>
  paint.bold(row(["WHEN", "TARGET", "CODE", "BATCH", "EVENT", "MESSAGE"], widths));

/** A dead letter in a line, without the visitor's address and without its content. */
export function letterRow({ at, target, code, id, event, message }: KeptLetter): string {
  const part = event === undefined ? "all" : `${event}`;
  return row([new Date(at).toISOString(), target, code, id, part, short(message)], widths);
}

/** Texts in columns of a list that need not be in memory: one that is wider than its column moves the others. */
export const row = (texts: readonly string[], widths: readonly number[]): string =>
  texts
    .map((text, index) => text.padEnd(widths[index] ?? 0))
    .join("  ")
    .trimEnd();

/** Somebody else's words, as a backend's, may be long, and may hold line ends or what a terminal obeys. */
export function short(text: string, most = 120): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
