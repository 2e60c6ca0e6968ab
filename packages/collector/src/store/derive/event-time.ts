import { horizon, type SealedBatch, skewTolerance } from "@isotherm/protocol";
import { correctedAt } from "@isotherm/protocol/seal";

/**
 * When the events of a batch happened, in ms since 1970: its corrected time plus their offset, held within the 14 days
 * before receipt and what clocks may differ by after it. A clock that is set while a page is open makes offsets of days.
 */
export function eventTime(batch: SealedBatch): (event: { readonly t: number }) => number {
  const { edge } = batch;
  const base = correctedAt(batch).at;
  const [earliest, latest] = [edge.at - horizon.send, edge.at + skewTolerance];
  return ({ t }) => Math.round(Math.min(Math.max(base + t, earliest), latest));
}
