import type { BatchJournal } from "@isotherm/journal";
import type { FastifyBaseLogger } from "fastify";
import type { ProjectorHealth } from "./health/health.js";
import { decodeArrival } from "./project/record.js";
import type { Store } from "./store/store.js";

/** Moves the journal into the store until the projector proper takes over. */
export function createProjector({
  journal,
  store,
  name,
}: {
  readonly journal: BatchJournal;
  readonly store: Store;
  readonly name: string;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
}): { health(): Promise<ProjectorHealth>; settled(): Promise<void>; close(): Promise<void> } {
  const stop = new AbortController();
  let at = 0;
  let failing: string | null = null;
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        at = await store.cursor(name);
        const records = await journal.read(at, { records: 100, bytes: 1e6 });
        const last = records.at(-1);
        if (last) {
          const all = records.map((r) => decodeArrival(r.data));
          await store.project({
            journal: name,
            from: at,
            to: last.position,
            batches: all.filter((a) => a.kind === "batch"),
            gone: all.filter((a) => a.kind === "gone"),
          });
          at = last.position;
          failing = null;
          continue;
        }
        await journal.waitFor(at, stop.signal);
      } catch (e) {
        failing = String(e);
        await new Promise((r) => setTimeout(r, 20));
      }
    }
  };
  const done = run();
  return {
    health: async () => {
      const s = await journal.stats();
      return { running: true, waiting: Math.max(0, s.last - at), lag: 0, failing };
    },
    settled: async () => {
      const { last } = await journal.stats();
      while (at < last) await new Promise((r) => setTimeout(r, 5));
    },
    close: async () => {
      stop.abort();
      await done;
    },
  };
}
