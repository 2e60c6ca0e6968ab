import type { QuarantinedRequest } from "@isotherm/relay/tools";
import { row, short } from "./letters.js";
import type { Paint } from "./terminal.js";

const widths = [24, 18, 30, 7] as const;

/** The names of the columns. */
export const quarantineHead = (paint: Paint): string =>
  paint.bold(row(["WHEN", "REASON", "KEY", "BATCHES", "MESSAGE"], widths));

/** A refused request in a line, without its content. */
export function quarantineRow({ at, reason, key, batches, message }: QuarantinedRequest): string {
  const count = batches === undefined ? "?" : `${batches}`;
  return row([new Date(at).toISOString(), reason, short(key ?? "none", 30), count, short(message)], widths);
}
