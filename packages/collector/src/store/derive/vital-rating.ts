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
export function vitalRating(name: VitalName, value: number): VitalNumbers["rating"] {
  const [good, fair] = thresholds[name];
  return value <= good ? "good" : value <= fair ? "needs-improvement" : "poor";
}

/** The 75th percentile, by nearest rank, and measurements by rating; at least one value. */
export function vitalNumbers(name: VitalName, values: readonly number[]): VitalNumbers {
  const sorted = Float64Array.from(values).sort();
  const p75 = sorted[Math.ceil(sorted.length * 0.75) - 1] as number;
  const rated = { good: 0, "needs-improvement": 0, poor: 0 };
  for (const value of sorted) rated[vitalRating(name, value)]++;
  const { good, poor } = rated;
  const needsImprovement = rated["needs-improvement"];
  return { name, p75, rating: vitalRating(name, p75), count: sorted.length, good, needsImprovement, poor };
}
