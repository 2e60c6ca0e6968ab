/** Keeps groups apart while callers come one after the other, so that each sync serves several of them. */
export interface Pace {
  /** Resolves when the next group may begin: at once when the last was of one caller, and once `enough` wait. */
  next(waiting: () => number): Promise<void>;
  /** A group of so many begins now. */
  began(size: number): void;
  /** Somebody came, who need not wait for more when `hurried`. */
  came(waiting: number, hurried: boolean): void;
  /** From now on nobody waits. */
  end(): void;
}

/** As many as wait under full load, where gathering would gain nothing. */
const enough = 16;

/** Lets `ms` milliseconds pass from one group to the next. */
export function pace(ms: number): Pace {
  let begun = Number.NEGATIVE_INFINITY;
  let size = 0;
  let ended = false;
  let wake = (): void => undefined;
  return {
    async next(waiting) {
      const left = begun + ms - performance.now();
      if (ended || left <= 0 || size < 2 || waiting() >= enough) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.ceil(left));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    began(count) {
      begun = performance.now();
      size = count;
    },
    came(waiting, hurried) {
      if (hurried || waiting >= enough) wake();
    },
    end() {
      ended = true;
      wake();
    },
  };
}
