import { type TargetOptions, targetOf } from "./target-of.js";

/**
 * Whether a target of these options recognises what it has already. Secrets may be missing: this asks what the type does,
 * and counts what cannot be told as a no.
 */
export function recognisesCopies(options: { readonly type: string }): boolean {
  try {
    return targetOf(options as TargetOptions).dedupe === "id";
  } catch {
    return false;
  }
}
