import { type Batch, type Navigation, uuidv7 } from "@isotherm/protocol";
import { pages } from "./capture/pages.js";
import type { Capture, Context, Emit, PageView, Stop } from "./capture.js";
import { cleanUrl } from "./clean-url.js";
import { IsothermError } from "./error.js";
import type { Outbox } from "./outbox/outbox.js";
import { readFacts, readViewport } from "./page-facts.js";
import { copyProperties, eventName } from "./properties.js";
import { createQueue, type Identity, type Queue } from "./queue.js";

interface RecorderOptions {
  readonly key: string;
  readonly use: readonly Capture[];
  readonly every: number;
  readonly hash: boolean;
  readonly now: () => number;
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly beforeSend: ((batch: Batch) => Batch | null) | undefined;
  readonly frozen: (batch: Batch) => void;
  readonly fail: (error: IsothermError) => void;
  /** Something was frozen. */
  readonly drain: () => void;
  /** Something was frozen while the page is hidden or ending. */
  readonly leave: () => void;
}

/** Runs the captures, keeps the page view, and turns what is emitted into frozen batches. */
export interface Recorder {
  readonly context: Context;
  readonly queue: Queue;
  readonly emit: Emit;
  run(): void;
  /** Stops the captures; what they emitted stays. */
  halt(): void;
  begin(nav: Navigation, url?: string, title?: string): void;
}

const idle = 1_800_000;
const hidden = (): boolean => document.visibilityState === "hidden";
const soft = /push|replace|traverse|reload/;

export function createRecorder(options: RecorderOptions): Recorder {
  const { now, fail } = options;
  let view: PageView | undefined;
  let viewport = readViewport();
  let active = 0;
  let stops: Stop[] = [];
  let completes: (() => void)[] = [];

  const report = (cause: unknown): void =>
    fail(cause instanceof IsothermError ? cause : new IsothermError("capture_failed", String(cause), cause));

  const guard: Context["guard"] =
    (act) =>
    (...args) => {
      try {
        act(...args);
      } catch (cause) {
        report(cause);
      }
    };

  const listenAt =
    (capture: boolean): Context["listen"] =>
    (target, type, listener) => {
      const guarded = guard(listener) as EventListener;
      target.addEventListener(type, guarded, { capture, passive: true });
      stops.push(() => target.removeEventListener(type, guarded, capture));
    };

  const queue = createQueue({
    ...options,
    viewport: () => viewport,
    outbox: () => context.outbox,
    complete: () => {
      for (const complete of completes) guard(complete)();
    },
    due: () => freeze(),
  });

  const freeze = (): void => {
    queue.freeze();
    options.drain();
  };

  const leave = (last: boolean): void => {
    queue.freeze(last);
    options.leave();
  };

  const emit: Emit = (event, page = current()) => {
    queue.add(event, page);
    // No timer runs while the page is hidden, and it may never be shown again.
    if (hidden()) queueMicrotask(() => leave(false));
  };

  const begin: Recorder["begin"] = (nav, given = location.href, title) => {
    const url = cleanUrl(given, options.hash);
    const before = view;
    if (before && soft.test(nav) && url === before.url) return;
    if (before) {
      freeze();
      before.facts = readFacts(before, viewport);
    }
    view = { id: uuidv7(now()), url, referrer: before ? before.url : cleanUrl(document.referrer), nav, title };
    active = now();
    emit({ type: "page" });
  };

  const current = (): PageView => {
    if (!view) throw new IsothermError("capture_failed", "no page view has begun");
    return view;
  };

  const context: Context = {
    key: options.key,
    outbox: options.outbox,
    now,
    guard,
    fail: report,
    freeze,
    page: current,
    activity() {
      if (now() - active >= idle) begin("resume", view?.url);
      active = now();
      return current();
    },
    listen: listenAt(true),
    beforeFreeze: (complete) => completes.push(complete),
    openBatches: queue.openBatches,
    approve: queue.approve,
    track(name, props) {
      const event = {
        type: "custom",
        name: eventName(name),
        ...(props ? { props: copyProperties(props) } : {}),
      } as const;
      emit(event, context.activity());
    },
  };

  return {
    context,
    queue,
    emit,
    begin,
    run() {
      // In the bubble phase: after every capture, and after the page's own listeners on the document.
      const listen = listenAt(false);
      listen(window, "visibilitychange", () => hidden() && leave(false));
      listen(window, "pagehide", () => leave(true));
      listen(window, "resize", () => {
        const next = readViewport();
        if (next.vw !== viewport.vw || next.dpr !== viewport.dpr) freeze();
        viewport = next;
      });
      viewport = readViewport();
      stops.push(pages(begin, context));
      for (const capture of options.use) guard(() => stops.push(capture(emit, context)))();
    },
    halt() {
      for (const stop of stops) guard(stop)();
      stops = [];
      completes = [];
      view = undefined;
    },
  };
}
