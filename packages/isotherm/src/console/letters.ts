import type { KeptLetter } from "@isotherm/relay/tools";
import type { Paint } from "./terminal.js";

/** Columns of a list that never ends in memory, so that they cannot be as wide as their widest text. */
const widths = [24, 14, 22, 36] as const;
const heads = ["WHEN", "TARGET", "CODE", "BATCH", "EVENT", "MESSAGE"] as const;

/** The names of the columns. */
export const letterHead = (paint: Paint): string => paint.bold(row(heads));

/** A dead letter in a line, without the visitor's address and without its content. */
export function letterRow({ at, target, code, id, event, message }: KeptLetter): string {
  return row([new Date(at).toISOString(), target, code, id, event === undefined ? "all" : `${event}`, short(message)]);
}

function row([when, target, code, batch, event, message]: readonly string[]): string {
  const [a, b, c, d] = widths;
  const cells = [when?.padEnd(a), target?.padEnd(b), code?.padEnd(c), batch?.padEnd(d), event?.padEnd(5), message];
  return cells.join("  ").trimEnd();
}

/** A backend's own words may be long, and may hold line ends. */
const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};
