import type { Batch } from "../batch.js";

/** A batch without what names its visitor: ids, and the traits that went with them. The rest counts on, unnamed. */
export function strip(batch: Batch): Batch {
  const { visitor: _visitor, user: _user, session: _session, reset: _reset, ...rest } = batch;
  return {
    ...rest,
    events: batch.events.map((event) => {
      if (event.type !== "identify") return event;
      const { traits: _traits, ...bare } = event;
      return bare;
    }),
  };
}
