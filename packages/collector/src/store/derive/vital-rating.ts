import type { VitalName, VitalNumbers } from "@isotherm/protocol";

/**
 * The most that is good, and the most that is not poor: https://web.dev/articles/defining-core-web-vitals-thresholds,
 * https://web.dev/articles/fcp, https://web.dev/articles/ttfb. CLS has no unit, the others are milliseconds.
 */
const thresholds: { readonly [name in VitalName]: readonly [good: number, fair: number] } = {
  LCP: [2_500, 4_000],
  INP: [200, 500],
  CLS: [0.1, 0.25],
  FCP: [1_800, 3_000],
  TTFB: [800, 1_800],
};

/** All of them, in the order in which they are shown. */
export const vitalNames: readonly VitalName[] = Object.keys(thresholds) as VitalName[];

/** How a value is rated. */
function vitalRating(name: VitalName, value: number): VitalNumbers["rating"] {
  const [good, fair] = thresholds[name];
  return value <= good ? "good" : value <= fair ? "needs-improvement" : "poor";
}

/** Measurements of one metric: how many of each rating, and the least and the greatest of them. */
export interface VitalCounts {
  count: number;
  min: number;
  max: number;
  readonly rated: { [rating in VitalNumbers["rating"]]: number };
}

export function noVitals(): VitalCounts {
  return {
    ...{ count: 0, min: Number.POSITIVE_INFINITY, max: 0 },
    rated: { good: 0, "needs-improvement": 0, poor: 0 },
  };
}

export function countVital(counts: VitalCounts, name: VitalName, value: number): void {
  counts.count++;
  counts.min = Math.min(counts.min, value);
  counts.max = Math.max(counts.max, value);
  counts.rated[vitalRating(name, value)]++;
}

/** Which of them is at the 75th percentile, in ascending order from 1: by nearest rank. */
export function vitalRank({ count }: Pick<VitalCounts, "count">): number {
  return Math.ceil(count * 0.75);
}

/** What is told of at least one measurement. */
export function vitalNumbers(name: VitalName, { count, rated }: VitalCounts, p75: number): VitalNumbers {
  const { good, "needs-improvement": needsImprovement, poor } = rated;
  return { name, p75, rating: vitalRating(name, p75), count, good, needsImprovement, poor };
}
