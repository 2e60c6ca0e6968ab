import type { SealedBatch } from "../batch.js";
import { horizon } from "../limits.js";

/**
 * When a batch began by the first server's clock: the client's time without its skew, held within the 14 days before
 * receipt. `suspect` when it had to be held: a wrong clock never costs a batch.
 */
export function correctedAt({ at, edge }: SealedBatch): { at: number; suspect: boolean } {
  const corrected = at - edge.skew;
  const held = Math.min(Math.max(corrected, edge.at - horizon.send), edge.at);
  return { at: held, suspect: held !== corrected };
}
