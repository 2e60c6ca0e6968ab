import type { PrivacyPolicy } from "@isotherm/protocol";
import type { Incoming } from "../web/exchange.js";

/** What a visitor's wish means for the batches at hand. */
export type PrivacyVerdict =
  | { readonly action: "keep" }
  | { readonly action: "drop" | "strip"; readonly signal: "gpc" | "dnt" };

/** Reads Global Privacy Control and Do Not Track, and applies the site's policy. The stricter wish wins. */
export function privacyVerdict(incoming: Incoming, policy: PrivacyPolicy): PrivacyVerdict {
  const signals = (["gpc", "dnt"] as const).filter((signal) => isSet(incoming.header(headers[signal])));
  for (const action of ["drop", "strip"] as const) {
    const signal = signals.find((candidate) => policy[candidate] === action);
    if (signal !== undefined) return { action, signal };
  }
  return { action: "keep" };
}

// https://w3c.github.io/gpc/#the-sec-gpc-header-field and https://www.w3.org/TR/tracking-dnt/#dnt-header-field
const headers = { gpc: "sec-gpc", dnt: "dnt" } as const;

/** A header that a proxy repeats comes as one line, its values apart by commas: a wish counts that any of them says. */
const isSet = (header = ""): boolean => header.split(",").some((value) => value.trim() === "1");
