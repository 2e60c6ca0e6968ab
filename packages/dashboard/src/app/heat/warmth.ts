/** Where densities fall between cold (0) and hot (1). */
export interface Warmth {
  readonly peak: number;
  /** Place on the colour ramp, 0 to 1. */
  of(density: number): number;
  /** How much colour there is at all, 0 to 1: bells fade out instead of ending at an edge. */
  cover(density: number): number;
  /** Round densities up to the peak, for the legend and the contour lines. */
  readonly ticks: readonly number[];
}

const floor = 0.14;
const faintest = 0.08;
// A page of three clicks must not look like a furnace: hot begins here at the earliest.
const leastPeak = 8;

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

/**
 * Presses: logarithmic, so that one hot spot does not push the rest into the cold, and with a floor, so that a single
 * press always shows.
 */
export function pressWarmth(peak: number): Warmth {
  const top = Math.log(Math.max(leastPeak, peak));
  return {
    peak,
    of: (density) => Math.min(1, floor + ((1 - floor) * Math.log(Math.max(1, density))) / top),
    cover: (density) => smooth(faintest, 0.75, density),
    ticks: roundSteps(peak),
  };
}

/**
 * Trails: they lie everywhere, so that a logarithm would paint the whole page hot, and single samples only draw fog.
 * A power keeps the quiet parts quiet.
 */
export function trailWarmth(peak: number): Warmth {
  const share = (density: number): number => Math.max(0, density) / Math.max(1, peak);
  return {
    peak,
    of: (density) => Math.min(1, share(density) ** 0.7),
    cover: (density) => smooth(0.005, 0.16, share(density)),
    ticks: roundSteps(peak).filter((step) => share(step) ** 0.7 > 0.04),
  };
}

function smooth(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
