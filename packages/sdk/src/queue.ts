import { type Batch, type Event, limits } from "@isotherm/protocol";
import type { Context, EventDraft, OpenBatch, PageView } from "./capture.js";
import { newId } from "./new-id.js";
import { readFacts } from "./page-facts.js";
import { utf8Length } from "./utf8-length.js";
import { version } from "./version.js";

/** Gathers events in one open batch per page view, and freezes them into batches that never change again. */
export interface Queue extends Pick<Context, "open" | "build"> {
  add(event: EventDraft, view: PageView): void;
  /** Freezes the open batches; `last` where nothing follows unless the page is restored. */
  seal(last?: boolean): void;
}

const size = (value: unknown): number => utf8Length(JSON.stringify(value));

/** `due` runs when a batch has been open for long enough. */
export function createQueue(
  context: Pick<Context, "options" | "identity" | "outbox" | "guard">,
  due: () => void,
): Queue {
  const { identity, guard } = context;
  const { beforeSend, every = 5_000, debug } = context.options;
  const open: Queue["open"] = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const build: Queue["build"] = ({ id, view, events }) => {
    const at = events[0]?.t ?? 0;
    return {
      ...identity,
      id,
      at,
      page: readFacts(view),
      sdk: version,
      events: events.map((event) => ({ ...event, t: event.t - at })),
    } as Batch;
  };

  /** Sizes are read here, never while events come in: what is too much for one batch becomes two. */
  const freeze = (batch: OpenBatch): void => {
    const { id, view, events } = batch;
    const { outbox } = context;
    const half = events.length >> 1;
    let frozen: Batch | null = build(batch);
    if (half && (events.length > limits.events || size(frozen) > limits.batchSoftBytes)) {
      freeze({ id, view, events: events.slice(0, half) });
      freeze({ id: newId(), view, events: events.slice(half) });
      return;
    }
    const approve = guard((built: Batch) => {
      frozen = null;
      frozen = beforeSend?.(built) ?? null;
    });
    if (beforeSend) approve(frozen);
    const bytes = size(frozen);
    const refused = !frozen?.events[0] && "before_send";
    const reason =
      refused || (bytes > limits.batchHardBytes && "size") || (outbox.own.length >= outbox.most && "quota");
    if (reason) {
      // It takes no number, or the gap would count as a loss.
      identity.dropped = { ...identity.dropped, [reason]: (identity.dropped?.[reason] ?? 0) + events.length };
      outbox.forget([id]);
    } else {
      identity.seq++;
      identity.dropped = undefined;
      if (debug) console.debug(frozen);
      outbox.put({ id, body: JSON.stringify(frozen), bytes });
    }
  };

  return {
    open,
    build,
    add(event, view) {
      if (!open.size) timer = setTimeout(due, every);
      const batch = open.get(view) ?? { id: newId(), view, events: [] };
      open.set(view, batch);
      batch.events.push(Object.assign(event, { t: Date.now() }) as Event);
      context.outbox.opened();
    },
    seal(last) {
      const batches = [...open.values()];
      open.clear();
      clearTimeout(timer);
      identity.last = last;
      batches.forEach(freeze);
    },
  };
}
