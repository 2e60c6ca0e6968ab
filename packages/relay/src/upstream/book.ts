import type { JournalStats, ReaderState, Tally } from "@isotherm/journal";
import { addTo } from "../ledger/add-to.js";
import type { Counters } from "../ledger/counters.js";

/** Counters of a relay without a journal: they end with its process, as everything else in it does. */
export interface Book extends Counters {
  /** What became of batches with a target. */
  passed(target: string, tally: Tally): void;
  /** So many items more, or fewer, are on their way to a target behind the answer. */
  owes(target: string, items: number): void;
}

/** An empty book, in the shape of a journal that holds no record. */
export function book(targets: readonly string[]): Book {
  const tally: { [name: string]: number } = {};
  const tallies = new Map(targets.map((target) => [target, {} as { [name: string]: number }]));
  const owing = new Map(targets.map((target) => [target, 0]));
  const last = (): number => Math.max(0, ...owing.values());
  const readers = (): { [reader: string]: ReaderState } =>
    Object.fromEntries(
      [...tallies].map(([target, passed]) => [
        target,
        { position: last() - (owing.get(target) ?? 0), tally: { ...passed } },
      ]),
    );
  return {
    add: (more) => addTo(tally, more),
    passed: (target, more) => addTo(tallies.get(target) ?? {}, more),
    owes: (target, items) => void owing.set(target, (owing.get(target) ?? 0) + items),
    flush: async () => true,
    stats: async (): Promise<JournalStats> => ({
      bytes: 0,
      maxBytes: 0,
      records: 0,
      first: 1,
      last: last(),
      oldestAt: null,
      tally: { ...tally },
      readers: readers(),
      dropped: 0,
      damage: [],
      failing: null,
    }),
    async close() {},
  };
}
