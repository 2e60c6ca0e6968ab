/** Keeps turns apart that are not worth a transaction each. */
export interface Breather {
  /** Whether the turn had to wait: false at once when the last one is long enough ago, else true when it is. */
  waited(): Promise<boolean>;
  /** Lets nobody wait while `work` goes on. */
  without<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the wait in hand. */
  end(): void;
}

/** Keeps turns `ms` milliseconds apart. */
export function breather(ms: number): Breather {
  let due = 0;
  let hurried = 0;
  let wake = (): void => undefined;
  return {
    async waited() {
      const now = performance.now();
      if (hurried > 0 || now >= due) {
        due = now + ms;
        return false;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, due - now);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      return true;
    },
    async without(work) {
      hurried++;
      wake();
      try {
        return await work();
      } finally {
        hurried--;
      }
    },
    end: () => wake(),
  };
}
