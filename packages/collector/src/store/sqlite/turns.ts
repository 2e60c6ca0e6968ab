/** Milliseconds between two looks of who waits for the write lock, at most: https://www.sqlite.org/src/file/src/main.c (`sqliteDefaultBusyCallback`). */
const look = 100;

/** Milliseconds of a gap in which everyone who waits looks once, also where a thread wakes late. */
const gap = look + 20;

/** Milliseconds that a writer goes on before it leaves a gap. */
const longest = 2_000;

/**
 * Takes turns with writers in other processes. Who waits for SQLite's lock stands in no line but looks from time to time: a
 * writer that begins again as soon as it has ended, as one that catches up does, would keep all others out until they give up.
 */
export interface Turns {
  /** Called before each write; waits if it is another's turn. */
  begin(): void;
  /** Called after it. */
  end(): void;
}

export function turns(now: () => number = Date.now, wait: (milliseconds: number) => void = sleep): Turns {
  /** Since when it has gone on without a gap, and when it last ended. */
  let since = 0;
  let ended = 0;
  return {
    begin() {
      const rested = now() - ended;
      if (rested >= gap || rested < 0) since = now();
      else if (now() - since >= longest) {
        wait(gap - rested);
        since = now();
      }
    },
    end() {
      ended = now();
    },
  };
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
