import type { Outbox } from "./outbox.js";

/** Batches wait in memory, for as long as the page lives. */
export function memoryOutbox(): Outbox {
  const outbox: Outbox = {
    own: [],
    // Well over half an hour of an outage.
    most: 500,
    head: "",
    pause: 0,
    opened() {},
    put(batch) {
      outbox.own = [...outbox.own, batch];
    },
    forget(ids) {
      outbox.own = outbox.own.filter(({ id }) => ids && !ids.includes(id));
    },
    async drain(step) {
      while (await step());
    },
  };
  return outbox;
}
