import type { Target } from "../../src/target/target.js";

/** What a target says of itself that takes anything at any time, one request after the other, and recognises nothing. */
export const plainTarget = {
  limits: { lateness: Number.POSITIVE_INFINITY },
  dedupe: "none",
  onUnknown: "resend",
  late: "dead",
  concurrency: 1,
  needsAddress: false,
} as const satisfies Partial<Target>;
