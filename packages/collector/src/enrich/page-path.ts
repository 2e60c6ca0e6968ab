import { pagePath as pathOf } from "@isotherm/protocol";
import { notSet } from "./not-set.js";

/** The page that an address shows, as the protocol normalises it. */
export function pagePath(url: string): string {
  return pathOf(url) ?? notSet;
}
