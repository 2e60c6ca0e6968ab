import { discards, type OutboxLimits } from "./discard.js";
import type { Outbox, Pause, Waiting } from "./outbox.js";

/** Batches wait in memory, for as long as the page lives. */
export function memoryOutbox(now: () => number, limits?: OutboxLimits): Outbox {
  let waiting: readonly Waiting[] = [];
  let pause: Pause = { until: 0, failures: 0 };
  const put = (batch: Waiting): void => {
    waiting = [...waiting.filter(({ id }) => id !== batch.id), batch];
  };
  return {
    put(batch) {
      put(batch);
      discards(waiting, now(), limits).forEach(put);
    },
    own: () => waiting,
    read: async () => waiting,
    forget(ids) {
      waiting = waiting.filter(({ id }) => !ids.includes(id));
    },
    clear() {
      waiting = [];
    },
    alone: (work) => work().then(() => true),
    opened() {},
    left: () => 0,
    pause: () => pause,
    setPause(next) {
      pause = next;
    },
  };
}
