import type { IncomingHttpHeaders } from "node:http";
import type { PrivacyPolicy } from "@isotherm/protocol";

/** What a visitor's signals ask of the site's policy. */
export type PrivacyVerdict =
  | { readonly action: "keep" }
  | { readonly action: "strip" | "drop"; readonly signal: "gpc" | "dnt" };

/** Global Privacy Control and Do Not Track, judged by the site's policy; the stricter verdict holds. */
export function privacyOf(headers: IncomingHttpHeaders, policy: PrivacyPolicy): PrivacyVerdict {
  const asked = [
    ...(headers["sec-gpc"] === "1" ? [{ action: policy.gpc, signal: "gpc" as const }] : []),
    ...(headers.dnt === "1" ? [{ action: policy.dnt, signal: "dnt" as const }] : []),
  ];
  for (const action of ["drop", "strip"] as const) {
    const verdict = asked.find((candidate) => candidate.action === action);
    if (verdict) return { action, signal: verdict.signal };
  }
  return { action: "keep" };
}
