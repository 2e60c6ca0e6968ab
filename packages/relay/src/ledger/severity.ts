import { passed } from "./names.js";

/** How grave an outcome is: the gravest of its entries is the outcome of an item. */
export const severity = (outcome: string): number =>
  outcome === passed.dead ? 2 : outcome === passed.forwarded ? 0 : 1;
