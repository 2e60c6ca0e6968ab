import type { SealedBatch } from "../batch.js";
import type { Salt } from "../briefing.js";
import { dailyVisitor } from "./visitor.js";

/**
 * Finishes what a relay without a salt had to leave open: turns `edge.address` into the visitor of the day of receipt,
 * with the same hash that the relay would have made. The address is gone afterwards even where no salt fits any more.
 */
export async function settle(batch: SealedBatch, group: string, salts: readonly Salt[]): Promise<SealedBatch> {
  if (batch.edge.address === undefined) return batch;
  const { address, ...edge } = batch.edge;
  const facts = { group, address, agent: edge.ua ?? "", language: edge.lang ?? "" };
  return { ...batch, edge: { ...edge, ...(await dailyVisitor(facts, edge.at, salts)) } };
}
