/** Something that a visitor did, and which of the steps it is: bit k stands for step k. */
export interface FunnelHit {
  /** ms since 1970. */
  readonly at: number;
  readonly steps: number;
}

/**
 * How many of a funnel's steps a visitor took in order, all within `window` milliseconds of the first. Each thing that was
 * done is one step at most. A first step that is taken again begins anew, so that the latest one counts that still leads on.
 */
export function stepsTaken(hits: readonly FunnelHit[], steps: number, window: number): number {
  /** By step, when the latest run began that got there. */
  const begun = new Array<number | undefined>(steps).fill(undefined);
  let most = 0;
  for (const { at, steps: fitting } of hits.toSorted((a, b) => a.at - b.at || a.steps - b.steps)) {
    // The last step first: what is done once cannot be two steps.
    for (let step = steps - 1; step >= 0; step--) {
      if ((fitting & (1 << step)) === 0) continue;
      const start = step === 0 ? at : begun[step - 1];
      if (start === undefined || at - start > window) continue;
      begun[step] = Math.max(begun[step] ?? start, start);
      most = Math.max(most, step + 1);
    }
  }
  return most;
}
