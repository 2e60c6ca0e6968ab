import type { UuidSet } from "./uuid-set.js";
import { uuidReader, uuidSet } from "./uuid-set.js";

/** The ids that came last, in bounded memory. */
export interface RecentIds {
  has(id: string): boolean;
  add(id: string): void;
}

/** What came within a time: nearly all ids are UUIDs. */
interface Generation {
  readonly uuids: UuidSet;
  readonly others: Set<string>;
}

/**
 * Remembers at least the last `remember` ids and at most twice as many: two generations, where the older one is let go
 * of as a whole when the younger one is full. That costs one lookup more than a single set, and no list of ages.
 */
export function recentIds(remember: number): RecentIds {
  const read = uuidReader();
  // Made with the first id: on the edge there is no randomness before the first request.
  let young: Generation | undefined;
  let old: Generation | undefined;
  return {
    has(id) {
      const uuid = read(id);
      const isIn = (generation: Generation | undefined): boolean =>
        generation !== undefined && (uuid ? generation.uuids.has(uuid) : generation.others.has(id));
      return isIn(young) || isIn(old);
    },
    add(id) {
      young ??= generation();
      const uuid = read(id);
      if (uuid) young.uuids.add(uuid);
      else young.others.add(id);
      if (young.uuids.size + young.others.size < remember) return;
      const gone = old;
      old = young;
      gone?.uuids.clear();
      gone?.others.clear();
      young = gone;
    },
  };
}

function generation(): Generation {
  return { uuids: uuidSet(), others: new Set() };
}
