import type { Navigation, Properties } from "@isotherm/protocol";
import { pages } from "./capture/pages.js";
import type { Context, PageView, Stop } from "./capture.js";
import { cleanUrl } from "./clean-url.js";
import { createDelivery, type Delivery, hidden } from "./delivery.js";
import { IsothermError } from "./error.js";
import { newId } from "./new-id.js";
import type { StartOptions } from "./options.js";
import { memoryOutbox } from "./outbox/memory.js";
import { readFacts, readViewport } from "./page-facts.js";
import { copyProperties, eventName } from "./properties.js";
import { createQueue } from "./queue.js";

/** Runs the captures, keeps the page view, and turns what is emitted into frozen batches. */
export interface Recorder extends Context, Delivery {
  readonly running: () => boolean;
  begin(nav: Navigation, url?: string, title?: string): void;
  run(): void;
  /** Ends the recording. What was recorded and not sent is sent, or erased, in whichever tab or visit it was. */
  halt(erase?: boolean): void;
}

const idle = 1_800_000;

// Absent fields are named too: they replace what an erased visitor left.
const newcomer = (): Context["identity"] => ({
  tab: newId(),
  seq: 0,
  consent: "unset",
  user: undefined,
  dropped: undefined,
});

export function createRecorder(options: StartOptions): Recorder {
  let view: PageView | undefined;
  let active = 0;
  let stops: Stop[] = [];
  let completes: (() => void)[] = [];

  const fail: Context["fail"] = (code, cause) => {
    const error = new IsothermError(code, cause);
    if (options.debug) console.warn(error);
    // Whatever the page's handler throws is the page's own.
    if (options.onError) queueMicrotask(() => options.onError?.(error));
  };

  const guard: Context["guard"] =
    (act, code = "capture_failed") =>
    (...args) => {
      try {
        act(...args);
      } catch (cause) {
        fail(code, cause);
      }
    };

  const listen: Context["listen"] = (target, type, listener, capture = true) => {
    const guarded = guard(listener) as EventListener;
    target.addEventListener(type, guarded, { capture, passive: true });
    stops.push(() => target.removeEventListener(type, guarded, capture));
  };

  const freeze = (last?: boolean): void => {
    for (const complete of completes) guard(complete)();
    queue.seal(last);
    if (last || hidden()) delivery.leave();
    else delivery.drain();
  };

  const page = (): PageView => view as PageView;

  const emit: Context["emit"] = (event, of = page()) => {
    queue.add(event, of);
    // No timer runs while the page is hidden, and it may never be shown again.
    if (hidden()) queueMicrotask(freeze);
  };

  const begin: Recorder["begin"] = (nav, address = location.href, title) => {
    const url = cleanUrl(address, options.hash);
    const referrer = view ? view.url : cleanUrl(document.referrer);
    // An unchanged address is a page view only if it was loaded, restored, resumed or asked for.
    if (view && url === view.url && !/^[lm]|^res/.test(nav)) return;
    if (view) {
      freeze();
      Object.assign(view, readFacts(view));
    }
    view = { id: newId(), url, nav, ...readViewport(), ...(referrer && { referrer }), ...(title && { title }) };
    active = Date.now();
    emit({ type: "page" });
  };

  const activity = (): PageView => {
    if (Date.now() - active >= idle) begin("resume", page().url);
    active = Date.now();
    return page();
  };

  const base = {
    options,
    identity: newcomer(),
    outbox: memoryOutbox(),
    fail,
    guard,
  };
  const queue = createQueue(base, freeze);
  const delivery = createDelivery(base);

  const recorder: Recorder = Object.assign(base, {
    ...queue,
    ...delivery,
    page,
    running: () => !!view,
    activity,
    listen,
    freeze,
    emit,
    begin,
    beforeFreeze: (complete: () => void) => completes.push(complete),
    track(name: string, props?: Properties) {
      emit({ type: "custom", name: eventName(name), ...(props && { props: copyProperties(props) }) }, activity());
    },
    run() {
      // In the bubble phase: after every capture, and after the page's own listeners on the document.
      listen(window, "visibilitychange", () => hidden() && freeze(), false);
      listen(window, "pagehide", () => freeze(true), false);
      listen(window, "online", delivery.online);
      listen(window, "resize", () => {
        const viewport = readViewport();
        if (page().vw !== viewport.vw || page().dpr !== viewport.dpr) freeze();
        Object.assign(page(), viewport);
      });
      pages(begin, recorder, stops);
      for (const capture of options.use ?? []) guard(() => stops.push(capture(emit, recorder)))();
    },
    halt(erase?: boolean) {
      if (!erase) freeze(true);
      for (const stop of stops) guard(stop)();
      stops = [];
      completes = [];
      view = undefined;
      if (erase) {
        queue.open.clear();
        recorder.outbox.forget();
        Object.assign(base.identity, newcomer());
      }
    },
  });
  return recorder;
}
