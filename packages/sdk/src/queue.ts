import { type Batch, type DropReason, type Event, limits, uuidv7 } from "@isotherm/protocol";
import type { EventDraft, OpenBatch, PageView } from "./capture.js";
import { IsothermError } from "./error.js";
import type { Outbox } from "./outbox/outbox.js";
import { readFacts, type Viewport } from "./page-facts.js";
import { utf8Length } from "./utf8-length.js";
import { version } from "./version.js";

/** What a batch says about its tab and its visitor, as it is at the freeze. */
export interface Identity {
  tab: string;
  user: string | undefined;
  consent: Batch["consent"];
}

/** What a queue needs of its surroundings. */
export interface QueueOptions {
  readonly now: () => number;
  readonly every: number;
  readonly identity: Identity;
  readonly viewport: () => Viewport;
  readonly outbox: () => Outbox;
  /** Runs before each freeze. */
  readonly complete: () => void;
  readonly beforeSend: ((batch: Batch) => Batch | null) | undefined;
  /** Hears of each frozen batch. */
  readonly frozen: (batch: Batch) => void;
  readonly fail: (error: IsothermError) => void;
  /** Runs when a batch has been open for `every`. */
  readonly due: () => void;
}

// Events carry their absolute time while they wait: a batch counts from its first event, and that is known at the freeze.
interface Open {
  id: string;
  seq: number;
  readonly view: PageView;
  events: Event[];
}

/** Gathers events in one open batch per page view, and freezes them into batches that never change again. */
export interface Queue {
  add(event: EventDraft, view: PageView): void;
  freeze(last?: boolean): void;
  /** Throws the open batches away, and begins as another tab: what was thrown away was never announced. */
  discard(): void;
  /** Counts events that are discarded before they have a batch. */
  drop(reason: DropReason, n: number): void;
  openBatches(): OpenBatch[];
  /** `beforeSend` for a batch that another tab left unfrozen. */
  approve(body: string): string | undefined;
}

export function createQueue(options: QueueOptions): Queue {
  const { now, every, identity, outbox, complete, beforeSend, fail } = options;
  const opens = new Map<PageView, Open>();
  // A batch that `beforeSend` refuses takes no number, or the gap would count as a loss.
  let unused: number[] = [];
  let next = 0;
  let dropped: { [reason in DropReason]?: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (reason: DropReason, n: number): void => {
    dropped = { ...dropped, [reason]: (dropped?.[reason] ?? 0) + n };
  };

  const renumber = (open: Open): void => {
    open.id = uuidv7(now());
    open.seq = unused.pop() ?? next++;
  };

  const build = ({ id, seq, view }: Open, events: readonly Event[], last: boolean): Batch => {
    const at = events[0]?.t ?? now();
    return {
      id,
      tab: identity.tab,
      seq,
      ...(last ? { last } : {}),
      ...(dropped ? { dropped } : {}),
      at,
      ...(identity.user ? { user: identity.user } : {}),
      consent: identity.consent,
      page: readFacts(view, options.viewport()),
      sdk: version,
      events: events.map((event) => ({ ...event, t: event.t - at })),
    };
  };

  const approve = (batch: Batch): Batch | null => {
    try {
      return beforeSend ? beforeSend(batch) : batch;
    } catch (cause) {
      fail(new IsothermError("before_send_failed", "beforeSend threw, and its batch was discarded", cause));
      return null;
    }
  };

  const seal = (open: Open, events: readonly Event[], last: boolean): void => {
    const { id, seq } = open;
    const batch = approve(build(open, events, last));
    const body = JSON.stringify(batch);
    const bytes = utf8Length(body);
    if (batch?.events.length && bytes <= limits.batchHardBytes) {
      dropped = undefined;
      options.frozen(batch);
      outbox().put({ id, tab: identity.tab, seq, n: batch.events.length, at: batch.at, body, bytes });
    } else {
      unused.push(seq);
      drop(batch?.events.length ? "size" : "before_send", events.length);
      outbox().forget([id]);
    }
  };

  /** Cuts where an event would take the batch past the soft limit. Sizes are read here, never while events come in. */
  const cut = (open: Open, last: boolean): void => {
    const left = outbox().left(open.id);
    if (left) renumber(open);
    const empty = utf8Length(JSON.stringify(build(open, [], last)));
    let bytes = empty;
    let events: Event[] = [];
    for (const event of open.events.slice(left)) {
      const more = utf8Length(JSON.stringify(event)) + 1;
      if (events.length && (bytes + more > limits.batchSoftBytes || events.length >= limits.events)) {
        seal(open, events, false);
        renumber(open);
        bytes = empty;
        events = [];
      }
      bytes += more;
      events.push(event);
    }
    if (events.length) seal(open, events, last);
    else unused.push(open.seq);
  };

  const close = (): Open[] => {
    clearTimeout(timer);
    timer = undefined;
    const closed = [...opens.values()];
    opens.clear();
    return closed;
  };

  return {
    approve(body) {
      const batch = beforeSend ? approve(JSON.parse(body)) : body;
      return typeof batch === "object" ? (batch ? JSON.stringify(batch) : undefined) : batch;
    },
    add(event, view) {
      let open = opens.get(view);
      if (!open) {
        open = { id: "", seq: 0, view, events: [] };
        renumber(open);
        opens.set(view, open);
        timer ??= setTimeout(options.due, every);
        outbox().opened();
      }
      open.events.push(Object.assign(event, { t: now() }) as Event);
    },
    freeze(last = false) {
      complete();
      const closed = close();
      for (const open of closed) cut(open, last && open === closed[closed.length - 1]);
    },
    discard() {
      close();
      identity.tab = uuidv7(now());
      unused = [];
      next = 0;
      dropped = undefined;
    },
    drop,
    openBatches: () =>
      [...opens.values()].map((open) => {
        const batch = build(open, open.events, false);
        const { id, tab, seq, at } = batch;
        return { id, tab, seq, at, n: open.events.length, body: JSON.stringify(batch) };
      }),
  };
}
