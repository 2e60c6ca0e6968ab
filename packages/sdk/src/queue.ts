import { type Batch, type Event, limits } from "@isotherm/protocol";
import type { Context, EventDraft, OpenBatch, PageView } from "./capture.js";
import { newId } from "./new-id.js";
import { readFacts } from "./page-facts.js";
import { utf8Length } from "./utf8-length.js";
import { version } from "./version.js";

/** Gathers events in one open batch per page view, and freezes them into batches that never change again. */
export type Queue = [
  add: (event: EventDraft, view: PageView) => void,
  /** Freezes the open batches; `last` where nothing follows unless the page is restored. */
  seal: (last?: boolean) => void,
];

/** `due` runs when a batch has been open for long enough. What is internal is passed by place: its names would be paid by every visitor. */
export function createQueue(context: Context, due: () => void): Queue {
  const { identity, open, options } = context;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Sizes are read here, never while events come in: what is too much for one batch becomes two. */
  const freeze = (one: OpenBatch): void => {
    const { id, view, events } = one;
    const { outbox } = context;
    const n = events.length;
    const half = n >> 1;
    const built = buildBatch(one, identity);
    let batch: Batch | null = built;
    let body = JSON.stringify(built);
    if (half && (n > limits.events || utf8Length(body) > limits.batchSoftBytes)) {
      freeze({ id, view, events: events.slice(0, half) });
      freeze({ id: newId(), view, events: events.slice(half) });
      return;
    }
    const { beforeSend } = options;
    if (beforeSend) {
      batch = null;
      context.guard(() => {
        batch = beforeSend(built);
      })();
      body = JSON.stringify(batch);
    }
    const bytes = utf8Length(body);
    const reason =
      (!batch?.events[0] && "before_send") ||
      (bytes > limits.batchHardBytes && "size") ||
      (outbox.own.length >= outbox.most && "quota");
    if (reason) {
      // It takes no number, or the gap would count as a loss.
      identity.dropped = { ...identity.dropped, [reason]: (identity.dropped?.[reason] ?? 0) + n };
      outbox.forget([id]);
    } else {
      identity.seq++;
      identity.dropped = undefined;
      if (options.debug) console.debug(batch);
      outbox.put({ id, body, bytes });
    }
  };

  return [
    (event, view) => {
      if (!open.size) timer = setTimeout(due, options.every ?? 5_000);
      const batch = open.get(view) ?? { id: newId(), view, events: [] };
      open.set(view, batch);
      batch.events.push(Object.assign(event, { t: Date.now() }) as Event);
      context.outbox.opened();
    },
    (last) => {
      const batches = [...open.values()];
      open.clear();
      clearTimeout(timer);
      identity.last = last;
      batches.forEach(freeze);
    },
  ];
}

/** A batch as it would be frozen now. */
export function buildBatch({ id, view, events }: OpenBatch, identity: Context["identity"]): Batch {
  const at = events[0]?.t ?? 0;
  return {
    ...identity,
    id,
    at,
    page: readFacts(view),
    sdk: version,
    events: events.map((event) => ({ ...event, t: event.t - at })),
  } as Batch;
}
