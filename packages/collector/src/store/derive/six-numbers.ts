import type { SixNumbers } from "@isotherm/protocol";

/** What the six numbers are made of. */
export interface Totals {
  readonly visitors: number;
  readonly visits: number;
  readonly pageViews: number;
  readonly bounces: number;
  /** Milliseconds of all visits together. */
  readonly duration: number;
  /** Visits among them whose bounces and duration are not known, as of some that were imported. @default 0 */
  readonly unrated?: number;
}

/** The six numbers; ratios without visits are 0. */
export function sixNumbers({ visitors, visits, pageViews, bounces, duration, unrated = 0 }: Totals): SixNumbers {
  const each = (total: number, of = visits): number => (of === 0 ? 0 : total / of);
  const rated = visits - unrated;
  return {
    visitors,
    visits,
    pageViews,
    viewsPerVisit: each(pageViews),
    bounceRate: each(bounces, rated),
    visitDuration: each(duration, rated),
  };
}
