import { JournalError } from "./journal-error.js";

/** Refuses an option that is not a whole number of at least `least`. */
export function checkOption(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new JournalError("options_invalid", `${name} is ${value}; give a whole number of at least ${least}`);
}
