import type { Tally } from "./journal.js";
import { JournalError } from "./journal-error.js";

/** Refuses counters that could not be added up exactly for ever. */
export function checkTally(tally: Tally): void {
  for (const [name, count] of Object.entries(tally)) {
    if (!Number.isSafeInteger(count)) {
      throw new JournalError(
        "tally_invalid",
        `the counter ${JSON.stringify(name)} is ${count}; count in whole numbers`,
      );
    }
  }
}

/** Adds `tally` to `totals`. */
export function addToTotals(totals: Map<string, number>, tally: Tally): void {
  for (const [name, count] of Object.entries(tally)) totals.set(name, (totals.get(name) ?? 0) + count);
}

/** The sum of both, as a new object. */
export function addTallies(left: Tally, right: Tally): Tally {
  const totals = new Map(Object.entries(left));
  addToTotals(totals, right);
  // Unlike assignment, this keeps a counter named __proto__ a counter.
  return Object.fromEntries(totals);
}
