import type { ArrivedBatch } from "../store.js";

/** Batches of one visitor of one site, in the order of arrival. */
export interface VisitorGroup {
  readonly site: string;
  readonly batches: readonly ArrivedBatch[];
}

/** One visitor's batches together, so that a visit is derived once however many of its batches came at once. */
export function groupByVisitor(batches: readonly ArrivedBatch[]): readonly VisitorGroup[] {
  const groups = new Map<string, { site: string; batches: ArrivedBatch[] }>();
  for (const arrived of batches) {
    const { site, batch } = arrived;
    const key = JSON.stringify([site, batch.visitor ?? batch.edge.visitor ?? batch.tab]);
    const group = groups.get(key);
    if (group) group.batches.push(arrived);
    else groups.set(key, { site, batches: [arrived] });
  }
  return [...groups.values()];
}
