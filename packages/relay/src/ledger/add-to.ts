import type { Tally } from "@isotherm/journal";

/** Adds one set of counters to another, in place. */
export function addTo(sum: { [name: string]: number }, tally: Tally): void {
  for (const [name, count] of Object.entries(tally)) sum[name] = (sum[name] ?? 0) + count;
}
