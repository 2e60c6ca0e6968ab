import type { SixNumbers } from "@isotherm/protocol";

/** What the six numbers are made of. */
export interface Totals {
  readonly visitors: number;
  readonly visits: number;
  readonly pageViews: number;
  readonly bounces: number;
  /** Milliseconds of all visits together. */
  readonly duration: number;
}

/** The six numbers; ratios without visits are 0. */
export function sixNumbers({ visitors, visits, pageViews, bounces, duration }: Totals): SixNumbers {
  const each = (total: number): number => (visits === 0 ? 0 : total / visits);
  return {
    visitors,
    visits,
    pageViews,
    viewsPerVisit: each(pageViews),
    bounceRate: each(bounces),
    visitDuration: each(duration),
  };
}
