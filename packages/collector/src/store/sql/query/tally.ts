import { pairSet } from "./pair-set.js";
import type { VisitDay } from "./visit-day.js";

/** How often something happened, and to how many visits and distinct visitors. */
export interface Tallied {
  count: number;
  visits: number;
  visitors: number;
}

/** Counts by key, day after day. */
export interface Tally {
  /** Visits and visitors without a lasting id are counted anew from here on. */
  nextDay(): void;
  /** Counts that something happened to one of the day's visits. */
  add(key: number, day: VisitDay, visit: number, count?: number): Tallied;
  readonly totals: ReadonlyMap<number, Tallied>;
}

/** Visitors without a lasting id are counted once a day, the others once. */
export function tally(): Tally {
  const totals = new Map<number, Tallied>();
  const lasting = pairSet();
  let passing = pairSet();
  let visits = pairSet();
  return {
    nextDay() {
      passing = pairSet();
      visits = pairSet();
    },
    add(key, day, visit, count = 1) {
      let total = totals.get(key);
      if (!total) {
        total = { count: 0, visits: 0, visitors: 0 };
        totals.set(key, total);
      }
      total.count += count;
      if (!visits.add(key, visit)) return total;
      total.visits++;
      const people = day.lasting[visit] === 1 ? lasting : passing;
      if (people.add(key, day.person[visit] as number)) total.visitors++;
      return total;
    },
    totals,
  };
}
