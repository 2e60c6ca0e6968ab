import { setTimeout as wait } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import type { Projector } from "../project/projector.js";
import type { Store } from "../store/store.js";

/** Has what is not to be kept deleted, for as long as the collector runs. */
export interface SweepKeeper {
  /** Begins now, and not at the next turn: somebody waits for an erasure. */
  hurry(): void;
  /** Resolves once everything is deleted that was to be at the call, or the keeper was closed. */
  settled(): Promise<void>;
  /** Stops after the step in hand. */
  close(): Promise<void>;
}

/** What a keeper works with. */
export interface SweepParts {
  readonly store: Pick<Store, "sweep">;
  readonly projector: Pick<Projector, "offerAside" | "tidy">;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
  /** Milliseconds from the end of one sweep to the next. @default 300000 */
  readonly every?: number;
  /** Milliseconds between two steps, in which batches have their turn. @default 10 */
  readonly pause?: number;
}

/** Sweeps at the start, and then again and again: local days end at any time, and the journal's parts grow old. */
export function sweepKeeper({ store, projector, now, logger, every = 300_000, pause = 10 }: SweepParts): SweepKeeper {
  const stopping = new AbortController();
  const { signal } = stopping;
  let hurried = new AbortController();
  let wanted = 0;
  let done = 0;
  let failed = false;
  const waiting = new Set<() => void>();

  const sweep = async (): Promise<void> => {
    const turn = wanted;
    try {
      await projector.tidy();
      await projector.offerAside();
      while (!signal.aborted && (await store.sweep(now()))) await wait(pause, undefined, { signal }).catch(() => {});
      if (failed) logger.info("what is not to be kept can be deleted again");
      failed = false;
      done = turn;
    } catch (error) {
      if (!failed) logger.warn({ err: error }, "what is not to be kept cannot be deleted now; it is tried again");
      failed = true;
    }
    for (const wake of waiting) wake();
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      hurried = new AbortController();
      await sweep();
      if (done < wanted && !failed) continue;
      const soon = AbortSignal.any([signal, hurried.signal]);
      await wait(failed ? Math.min(every, 5_000) : every, undefined, { signal: soon, ref: false }).catch(() => {});
    }
  };
  const running = run();

  const hurry = (): void => {
    wanted++;
    hurried.abort();
  };

  return {
    hurry,
    async settled() {
      hurry();
      const turn = wanted;
      while (done < turn && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    async close() {
      stopping.abort();
      await running;
      for (const wake of waiting) wake();
    },
  };
}
