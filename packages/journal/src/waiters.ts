import type { Position } from "./journal.js";

/** Those who wait for something new to read. */
export interface Waiters {
  /** Resolves true once `newest()` is after `after`, false when `signal` aborts or `end` is called. */
  wait(after: Position, signal: AbortSignal): Promise<boolean>;
  /** Looks again at who can be told. */
  wake(): void;
  /** Tells everybody that nothing comes any more. */
  end(): void;
}

interface Waiter {
  readonly after: Position;
  readonly settle: (found: boolean) => void;
}

/** Waiters over a journal whose newest readable record stands at `newest()`. */
export function createWaiters(newest: () => Position): Waiters {
  const waiting = new Set<Waiter>();
  let ended = false;
  return {
    wait(after, signal) {
      if (ended || signal.aborted) return Promise.resolve(false);
      if (newest() > after) return Promise.resolve(true);
      return new Promise((resolve) => {
        const onAbort = (): void => waiter.settle(false);
        const waiter: Waiter = {
          after,
          settle(found) {
            waiting.delete(waiter);
            signal.removeEventListener("abort", onAbort);
            resolve(found);
          },
        };
        waiting.add(waiter);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    wake() {
      for (const waiter of [...waiting]) if (newest() > waiter.after) waiter.settle(true);
    },
    end() {
      ended = true;
      for (const waiter of [...waiting]) waiter.settle(false);
    },
  };
}
