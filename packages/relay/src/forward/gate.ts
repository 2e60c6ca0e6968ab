import { fullJitter } from "./backoff.js";

/** Whether requests may leave. */
export type GateState =
  | { readonly state: "open" }
  /** Nobody goes until then; afterwards one may try. */
  | { readonly state: "waiting"; readonly until: number; readonly reason: string; readonly stopped: boolean }
  /** One is trying; all others wait for what becomes of it. */
  | { readonly state: "probing"; readonly reason: string; readonly stopped: boolean };

/** A circuit breaker: closes after failures in a row, and lets one request through now and then to see. */
export interface Gate {
  readonly state: GateState;
  /** Failures since the last success. */
  readonly failures: number;
  /** Whether a request may go now. While nobody knows whether the target is well, only one may. */
  readonly passable: boolean;
  /** A request goes, where that is so. */
  enter(): void;
  succeeded(): void;
  /** Closes at once where the target said for how long, else after several failures in a row. */
  failed(reason: string, afterMs?: number): void;
  /** Closes until a probe goes well. */
  stopped(reason: string): void;
}

/** Options of a gate. */
export interface GateOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly random: () => number;
  /** Monotonic clock in ms. */
  readonly clock: () => number;
}

const failuresToClose = 5;

/** A gate that starts open. */
export function gate({ clock, ...pause }: GateOptions): Gate {
  let state: GateState = { state: "open" };
  let failures = 0;
  let stops = 0;

  const wait = (ms: number, reason: string, stopped: boolean): void => {
    const until = clock() + ms;
    // Of several answers that come in together, the gravest and then the longest counts.
    if (state.state === "waiting" && state.stopped && !stopped) return;
    if (state.state === "waiting" && state.stopped === stopped && state.until > until) return;
    state = { state: "waiting", until, reason, stopped };
  };

  return {
    get state() {
      return state;
    },
    get failures() {
      return failures;
    },
    get passable() {
      return state.state === "open" || (state.state === "waiting" && state.until <= clock());
    },
    enter() {
      if (state.state === "waiting") state = { state: "probing", reason: state.reason, stopped: state.stopped };
    },
    succeeded() {
      failures = 0;
      stops = 0;
      state = { state: "open" };
    },
    failed(reason, afterMs) {
      failures++;
      const probed = state.state === "probing";
      if (afterMs !== undefined) wait(afterMs, reason, false);
      else if (probed || failures >= failuresToClose) wait(fullJitter(failures, pause), reason, false);
    },
    stopped(reason) {
      stops++;
      // Half of the bound at least: a mistake is mended by a person, not by the next moment.
      const bound = Math.min(pause.maxMs, pause.firstMs * 2 ** Math.min(stops, 30));
      wait(bound / 2 + fullJitter(1, { ...pause, firstMs: bound / 2 }), reason, true);
    },
  };
}
