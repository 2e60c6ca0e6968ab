import type { WaitingBatch } from "../../project/arrivals.js";

/** Batches of one visitor of one site, in the order of arrival. */
export interface VisitorGroup {
  readonly site: string;
  readonly batches: readonly WaitingBatch[];
}

/** One visitor's batches together, so that a visit is derived once however many of its batches came at once. */
export function groupByVisitor(batches: readonly WaitingBatch[]): readonly VisitorGroup[] {
  const groups = new Map<string, { site: string; batches: WaitingBatch[] }>();
  for (const waiting of batches) {
    const { site, visitor } = waiting.head;
    const key = JSON.stringify([site, visitor]);
    const group = groups.get(key);
    if (group) group.batches.push(waiting);
    else groups.set(key, { site, batches: [waiting] });
  }
  return [...groups.values()];
}
