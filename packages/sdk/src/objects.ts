import type { StartOptions } from "./options.js";
/** What the visitor's browser asks for: https://w3c.github.io/gpc/, and the older DNT. */
export function objects({ gpc = true, dnt = true }: NonNullable<StartOptions["respect"]>): boolean | undefined {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return (gpc && globalPrivacyControl) || (dnt && doNotTrack === "1");
}
