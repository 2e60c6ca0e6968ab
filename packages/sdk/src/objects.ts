import type { StartOptions } from "./options.js";
/** What the visitor's browser asks for: https://w3c.github.io/gpc/, and the older DNT. */
export function objects({ respect }: StartOptions): boolean | undefined {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return (globalPrivacyControl && respect?.gpc !== false) || (doNotTrack === "1" && respect?.dnt !== false);
}
