import { setTimeout } from "node:timers/promises";

/** Pauses that grow while something fails. */
export interface Backoff {
  /** Waits, at random up to twice as long as the time before; not at all once the signal aborts. */
  next(): Promise<void>;
  /** It worked: begin at the first pause again. */
  reset(): void;
}

/** Full-jitter back-off between `first` and `most` milliseconds. */
export function backoff(
  { first, most }: { readonly first: number; readonly most: number },
  signal: AbortSignal,
  random: () => number = Math.random,
): Backoff {
  let ceiling = first;
  return {
    async next() {
      const pause = Math.ceil(random() * ceiling);
      ceiling = Math.min(ceiling * 2, most);
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    },
    reset() {
      ceiling = first;
    },
  };
}
