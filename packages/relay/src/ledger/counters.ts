import type { BatchJournal, JournalStats, Tally } from "@isotherm/journal";
import { addTo } from "./add-to.js";

/** Counters of what left no record: they wait in memory for a moment, then go to the journal. */
export interface Counters {
  /** Counts; durable within about a second. */
  add(tally: Tally): void;
  /** Makes everything durable that was counted so far. False when the journal could not take it; it is kept. */
  flush(): Promise<boolean>;
  /** The journal's state, with what waits here added to its counters. */
  stats(): Promise<JournalStats>;
  close(): Promise<void>;
}

const delayMs = 1_000;

/** Counters over a journal. */
export function counters(journal: BatchJournal): Counters {
  let waiting: { [name: string]: number } = {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  // One at a time: nobody may read between a counter's leaving here and its arriving there.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  const write = async (): Promise<boolean> => {
    if (Object.keys(waiting).length === 0) return true;
    const taken = waiting;
    waiting = {};
    try {
      await journal.append([], () => taken);
      return true;
    } catch {
      // A journal that cannot write says so in its own state; what was counted meanwhile is not lost.
      addTo(waiting, taken);
      plan();
      return false;
    }
  };

  const plan = (): void => {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      void inTurn(write);
    }, delayMs);
    timer.unref?.();
  };

  return {
    add(tally) {
      addTo(waiting, tally);
      plan();
    },
    flush: () => inTurn(write),
    stats: () =>
      inTurn(async () => {
        const stats = await journal.stats();
        const tally = { ...stats.tally };
        addTo(tally, waiting);
        return { ...stats, tally };
      }),
    async close() {
      closed = true;
      clearTimeout(timer);
      await inTurn(write);
    },
  };
}
