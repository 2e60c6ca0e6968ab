import { type Batch, limits } from "@isotherm/protocol";
import type { Context, OpenBatch } from "./capture.js";
import { newId } from "./new-id.js";
import { utf8Length } from "./utf8-length.js";
import { version } from "./version.js";

// Well over half an hour of an outage.
const mostInMemory = 500;

/**
 * Freezes an open batch; `last` where nothing follows unless the page is restored. Sizes are read here, never while
 * events come in: what is too much for one batch becomes two.
 */
export function freezeBatch(context: Context, open: OpenBatch, last?: boolean): void {
  const { identity, outbox, options } = context;
  const { id, events } = open;
  const n = events.length;
  const built = buildBatch(context, open, last);
  if (n > limits.events || (n > 1 && utf8Length(JSON.stringify(built)) > limits.batchSoftBytes)) {
    freezeBatch(context, { ...open, events: events.splice(0, n >> 1) });
    freezeBatch(context, { ...open, id: newId() }, last);
    return;
  }
  let batch: Batch | null | undefined;
  context.guard(() => {
    batch = options.beforeSend ? options.beforeSend(built) : built;
  })();
  const body = JSON.stringify(batch);
  const bytes = utf8Length(body);
  const reason = !batch?.events[0]
    ? "before_send"
    : bytes > limits.batchHardBytes
      ? "size"
      : !outbox && context.waiting.length >= mostInMemory && "quota";
  const waiting = { id, body, bytes };
  if (reason) {
    // It takes no number, or the gap would count as a loss.
    identity.dropped = { ...identity.dropped, [reason]: (identity.dropped?.[reason] ?? 0) + n };
    outbox?.forget([waiting]);
  } else {
    identity.seq++;
    identity.dropped = undefined;
    if (options.debug) console.debug(batch);
    context.waiting.push(waiting);
    outbox?.put(waiting);
  }
}

/** A batch as it would be frozen now. */
export function buildBatch({ identity }: Context, { view, ...open }: OpenBatch, last?: boolean): Batch {
  return { ...identity, ...open, last, page: { ...view }, sdk: version } as Batch;
}
