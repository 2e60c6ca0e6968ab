import type { Navigation } from "@isotherm/protocol";
import { pages } from "./capture/pages.js";
import type { Context, Emit, PageView, Stop } from "./capture.js";
import { cleanUrl } from "./clean-url.js";
import { createDelivery, type Delivery, hidden } from "./delivery.js";
import { isothermError } from "./error.js";
import { newId } from "./new-id.js";
import type { StartOptions } from "./options.js";
import { memoryOutbox } from "./outbox/memory.js";
import { readFacts, readViewport } from "./page-facts.js";
import { copyProperties, eventName } from "./properties.js";
import { createQueue } from "./queue.js";

/** Runs the captures, keeps the page view, and turns what is emitted into frozen batches. */
export type Recorder = [
  context: Context,
  emit: Emit,
  begin: (nav: Navigation, url?: string, title?: string) => void,
  drain: Delivery[0],
  run: () => void,
  /** Ends the recording. What was recorded and not sent is sent, or erased, in whichever tab or visit it was. */
  halt: (erase?: boolean) => void,
];

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
    // Whatever the page's handler throws is the page's own.
    queueMicrotask(() => options.onError?.(isothermError(code, cause)));
  };

  const guard: Context["guard"] =
    (act) =>
    (...args) => {
      try {
        act(...args);
      } catch (cause) {
        fail("capture_failed", cause);
      }
    };

  const listen: Context["listen"] = (target, type, listener, capture = true) => {
    const guarded = guard(listener) as EventListener;
    target.addEventListener(type, guarded, { capture, passive: true });
    stops.push(() => target.removeEventListener(type, guarded, capture));
  };

  const freeze = (last?: boolean): void => {
    for (const complete of completes) guard(complete)();
    seal(last);
    if (last || hidden()) leave();
    else drain();
  };

  const page = (): PageView => view as PageView;

  const emit: Emit = (event, of = page()) => {
    add(event, of);
    // No timer runs while the page is hidden, and it may never be shown again.
    if (hidden()) queueMicrotask(freeze);
  };

  const begin: Recorder[2] = (nav, address = location.href, title) => {
    const url = cleanUrl(address, options.hash) ?? "";
    const referrer = view ? view.url : cleanUrl(document.referrer);
    // An unchanged address is a page view only if it was loaded, restored, resumed or asked for.
    if (view && url === view.url && !/^[lm]|^res/.test(nav)) return;
    if (view) {
      freeze();
      Object.assign(view, readFacts(view));
    }
    view = { id: newId(), url, nav, referrer, title, ...readViewport() };
    active = Date.now();
    emit({ type: "page" });
  };

  const activity = (): PageView => {
    if (Date.now() - active >= idle) begin("resume", page().url);
    active = Date.now();
    return page();
  };

  const context: Context = {
    options,
    identity: newcomer(),
    open: new Map(),
    outbox: memoryOutbox(),
    fail,
    guard,
    listen,
    freeze,
    page,
    activity,
    beforeFreeze: (complete) => completes.push(complete),
    track(name, props) {
      emit({ type: "custom", name: eventName(name), props: copyProperties(props) }, activity());
    },
  };
  const [add, seal] = createQueue(context, freeze);
  const [drain, leave, online] = createDelivery(context);

  const run = (): void => {
    // In the bubble phase: after every capture, and after the page's own listeners on the document.
    listen(window, "visibilitychange", () => hidden() && freeze(), false);
    listen(window, "pagehide", () => freeze(true), false);
    listen(window, "online", online);
    listen(window, "resize", () => {
      const { vw, dpr } = page();
      if (vw !== innerWidth || dpr !== devicePixelRatio) freeze();
      Object.assign(page(), readViewport());
    });
    guard(pages)(begin, context, stops);
    for (const capture of options.use ?? []) guard(() => stops.push(capture(emit, context)))();
  };

  const halt = (erase?: boolean): void => {
    if (!erase) freeze(true);
    for (const stop of stops) guard(stop)();
    stops = [];
    completes = [];
    view = undefined;
    if (erase) {
      context.open.clear();
      context.outbox.forget();
      Object.assign(context.identity, newcomer());
    }
  };

  return [context, emit, begin, drain, run, halt];
}
