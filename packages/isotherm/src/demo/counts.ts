import type { DemoVisit } from "./visit.js";

/** What the generator knows that it made; see docs/definitions.md for the words. */
export interface DemoCounts {
  readonly visits: number;
  /** The sum of each day's distinct people. */
  readonly visitors: number;
  readonly pageViews: number;
  readonly bounces: number;
  /** Of all visits together, in ms; a bounce counts 0. */
  readonly duration: number;
  readonly batches: number;
  readonly events: number;
  readonly clicks: number;
  readonly moves: number;
  readonly goals: number;
  /** Page views and clicks by path. */
  readonly pages: { readonly [path: string]: { readonly views: number; readonly clicks: number } };
}

/** Adds visits up, one local day at a time. */
export function demoCounts(): { add(visits: readonly DemoVisit[]): void; total(): DemoCounts } {
  const sums = {
    visits: 0,
    visitors: 0,
    pageViews: 0,
    bounces: 0,
    duration: 0,
    batches: 0,
    events: 0,
    clicks: 0,
    moves: 0,
    goals: 0,
  };
  const pages: { [path: string]: { views: number; clicks: number } } = {};
  return {
    add(visits) {
      sums.visits += visits.length;
      sums.visitors += new Set(visits.map(({ person }) => person)).size;
      for (const { batches, duration } of visits) {
        const events = batches.flatMap((batch) => batch.events);
        const count = (type: string): number => events.filter((event) => event.type === type).length;
        const bounce = count("page") === 1 && count("goal") === 0;
        sums.pageViews += count("page");
        sums.clicks += count("click");
        sums.moves += count("move");
        sums.goals += count("goal");
        sums.batches += batches.length;
        sums.events += events.length;
        sums.bounces += bounce ? 1 : 0;
        sums.duration += bounce ? 0 : duration;
        for (const { page, events: own } of batches) {
          const path = new URL(page.url).pathname;
          pages[path] ??= { views: 0, clicks: 0 };
          pages[path].views += own.filter(({ type }) => type === "page").length;
          pages[path].clicks += own.filter(({ type }) => type === "click").length;
        }
      }
    },
    total: () => ({ ...sums, pages }),
  };
}
