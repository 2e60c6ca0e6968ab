/** How many requests may be in flight: more while it goes well, half as many when it does not. */
export interface Concurrency {
  /** At least 1, at most the bound. */
  readonly limit: number;
  /** A request went well after so many milliseconds. */
  succeeded(ms: number): void;
  /** The target asked for less, failed, or did not answer in time. */
  failed(): void;
}

/** An answer this many times slower than usual is a sign of too much. */
const slowFactor = 4;
/** Below this a slow answer says nothing. */
const slowFloorMs = 500;

/** Additive increase and multiplicative decrease (RFC 5681 has the idea), from one request up. */
export function concurrency(max: number): Concurrency {
  let exact = 1;
  let usual: number | undefined;
  return {
    get limit() {
      return Math.floor(exact);
    },
    succeeded(ms) {
      const slow = usual !== undefined && ms > slowFloorMs && ms > usual * slowFactor;
      usual = usual === undefined ? ms : usual * 0.9 + ms * 0.1;
      // By 1/limit for each of `limit` answers: one more per round.
      exact = slow ? Math.max(1, exact / 2) : Math.min(max, exact + 1 / Math.floor(exact));
    },
    failed() {
      exact = Math.max(1, exact / 2);
    },
  };
}
