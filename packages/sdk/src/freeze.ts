import { type Batch, limits } from "@isotherm/protocol";
import type { Context, OpenBatch } from "./capture.js";
import { newId } from "./new-id.js";
import type { Waiting } from "./outbox/outbox.js";
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
  const { body, bytes, refused } = settle(context, buildBatch(context, open, last));
  const reason = refused || (!outbox && context.waiting.length >= mostInMemory && "quota");
  const waiting = { id, body, bytes };
  if (n > 1 && (n > limits.events || bytes > limits.batchSoftBytes)) {
    freezeBatch(context, { ...open, events: events.splice(0, n >> 1) });
    freezeBatch(context, { ...open, id: newId() }, last);
  } else if (reason) {
    // It takes no number, or the gap would count as a loss.
    identity.dropped = { ...identity.dropped, [reason]: (identity.dropped?.[reason] ?? 0) + n };
    outbox?.forget([waiting]);
  } else {
    identity.seq++;
    identity.dropped = undefined;
    if (options.debug) console.debug(JSON.parse(body));
    context.waiting.push(waiting);
    outbox?.put(waiting);
  }
}

/** A batch as it would be frozen now. */
export const buildBatch = (context: Context, open: OpenBatch, last?: boolean): Batch =>
  ({ ...context.identity, ...open, last, page: { ...open.page }, sdk: version }) as Batch;

/** A batch as it will be sent: its JSON, the length of that in UTF-8, and why it is not sent, if so. */
interface Settled extends Pick<Waiting, "body" | "bytes"> {
  readonly refused: "before_send" | "size" | false;
}

/** Lets `beforeSend` decide. What it throws, and what it gives that is no batch, is told to `onError`. */
export function settle({ options: { beforeSend }, guard }: Context, built: Batch): Settled {
  let body = "";
  guard(() => {
    const batch = beforeSend ? beforeSend(built) : built;
    if (batch && !Array.isArray(batch.events)) throw "beforeSend: return a batch";
    if (batch?.events[0]) body = JSON.stringify(batch);
  })();
  const bytes = utf8Length(body);
  return { body, bytes, refused: !body ? "before_send" : bytes > limits.batchHardBytes && "size" };
}
