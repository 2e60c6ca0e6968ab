/** The ids that came last, in bounded memory. */
export interface RecentIds {
  has(id: string): boolean;
  add(id: string): void;
}

/**
 * Remembers at least the last `remember` ids and at most twice as many: two generations, where the older one is let go
 * of as a whole when the younger one is full. That costs one set lookup more than a single set, and no list of ages.
 */
export function recentIds(remember: number): RecentIds {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    has: (id) => young.has(id) || old.has(id),
    add(id) {
      young.add(id);
      if (young.size < remember) return;
      old = young;
      young = new Set();
    },
  };
}
