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
      outbox.own.push(batch);
    },
    forget(ids) {
      outbox.erased ||= !ids;
      outbox.own = outbox.own.filter(({ id }) => ids?.includes(id) === false);
    },
    async drain(step) {
      while (await step());
    },
  };
  return outbox;
}
