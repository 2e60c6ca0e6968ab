/**
 * Where densities fall between cold (0) and hot (1). Logarithmic, so that one hot spot does not push the rest into the
 * cold, and with a floor, so that a single count always shows.
 */
export interface Warmth {
  readonly peak: number;
  /** Place on the colour ramp, 0 to 1. */
  of(density: number): number;
  /** How much colour there is at all, 0 to 1: bells fade out instead of ending at an edge. */
  cover(density: number): number;
  /** Round densities up to the peak, for the legend and the contour lines. */
  readonly ticks: readonly number[];
}

const floor = 0.12;
const faintest = 0.08;

/** 1, 3, 10, 30, 100 … that fit under the peak; at most six, the largest ones. */
export function roundSteps(peak: number): readonly number[] {
  const steps: number[] = [];
  for (let ten = 1; ten <= peak; ten *= 10) {
    steps.push(ten);
    if (ten * 3 <= peak) steps.push(ten * 3);
  }
  if (steps.length === 0 && peak > 0) return [1];
  return steps.length <= 6 ? steps : steps.filter((step) => Number.isInteger(Math.log10(step))).slice(-6);
}

/** `faint` is the density from which on a spot counts as covered: 1 shows single counts. */
export function warmth(peak: number, faint: number = 1): Warmth {
  const top = Math.log1p(Math.max(1, peak / faint));
  const ticks = roundSteps(peak);
  return {
    peak,
    of(density) {
      const share = Math.log1p(Math.max(0, density) / faint) / top;
      return Math.min(1, floor + (1 - floor) * share);
    },
    cover(density) {
      const t = Math.min(1, Math.max(0, (density / faint - faintest) / (0.75 - faintest)));
      return t * t * (3 - 2 * t);
    },
    ticks,
  };
}

/**
 * Where faint begins for this many counts in this many cells: pointer trails lie everywhere, and single samples would
 * only draw fog.
 */
export function faintFor(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  return Math.max(1, sorted[Math.floor(sorted.length / 2)] ?? 1);
}
