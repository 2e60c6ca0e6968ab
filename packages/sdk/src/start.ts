import type { Event, Navigation, Properties } from "@isotherm/protocol";
import { pages } from "./capture/pages.js";
import type { Context, Emit, PageView, Stop } from "./capture.js";
import { cleanUrl } from "./clean-url.js";
import { createDelivery, hidden } from "./delivery.js";
import { isothermError } from "./error.js";
import { freezeBatch } from "./freeze.js";
import { newId } from "./new-id.js";
import { objects } from "./objects.js";
import type { StartOptions } from "./options.js";
import { readDevice, readDocument, readViewport } from "./page-facts.js";
import { copyProperties, eventName } from "./properties.js";

/** A running SDK. Every method may be called at any time and none of them throws. */
export interface Isotherm {
  /** Records that something happened. Properties are copied at once; nested values are allowed. */
  track(name: string, props?: Properties): void;
  /** Records a conversion, with revenue where it has one. */
  goal(name: string, revenue?: { readonly value?: number; readonly currency?: string }): void;
  /** From here on, batches belong to this user. */
  identify(user: string, traits?: Properties): void;
  /** Log-out: from here on, batches belong to nobody. */
  reset(): void;
  consent(choice: "granted" | "denied"): void;
  /** Begins a page view by hand. */
  page(view?: { readonly url?: string; readonly title?: string }): void;
  /** Sends what waits, at once; answers with the number of batches that arrived, and that still wait. */
  flush(): Promise<{ sent: number; waiting: number }>;
  /** Ends the recording, sends the rest, and gives the page back what was changed. */
  stop(): void;
}

const idle = 1_800_000;
// Milliseconds between looks at an open batch: what is written ahead bounds what a crash takes.
const ahead = 500;
// Milliseconds for which the window keeps its width once nobody drags it any more.
const dragged = 200;

/** Starts recording. On a server, in a frame, and for a visitor who objects it does nothing, in the same shape. */
export function start(options: StartOptions = {} as StartOptions): Isotherm {
  let view: PageView | undefined;
  let ownTitle: string | undefined;
  let active = 0;
  let stops: Stop[] = [];
  let completes: (() => void)[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  // A prerendered page, or a tab opened behind, is a page view once it is seen. Until then what the page tracks is held.
  let held: (() => void)[] | undefined;
  let channel: BroadcastChannel | undefined;

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

  /** What the document says now. */
  const look = (): void => {
    if (view) Object.assign(view, readDocument(ownTitle));
  };

  const freeze = (last?: boolean, known?: boolean): void => {
    for (const complete of completes) complete();
    if (!known) look();
    // So that a tab that has told everything can say that nothing follows: no time passed attentively since.
    if (last && !context.open) emit({ type: "attention", bands: [], engaged: 0 });
    const { open } = context;
    context.open = undefined;
    clearInterval(timer);
    if (open) freezeBatch(context, open, last);
    deliver(last, last);
  };

  const page = (): PageView => view as PageView;

  const emit: Emit = (event, of = page()) => {
    if (!of || context.takes?.(of) === false) return;
    const at = Date.now();
    const batch = (of === view && context.open) || { id: newId(), at, view: of, events: [] };
    batch.events.push(Object.assign(event, { t: at - batch.at }) as Event);
    if (of !== view) freezeBatch(context, batch);
    else if (!context.open) {
      context.open = batch;
      let left = options.every ?? 5_000;
      const tick = (): void => {
        left -= ahead;
        if (left > 0) {
          look();
          context.outbox?.ahead();
        } else freeze();
      };
      // The batch before may have been taken over by another tab, without a freeze.
      clearInterval(timer);
      timer = setInterval(tick, Math.min(left, ahead));
    }
    // No timer runs while the page is hidden, and it may never be shown again.
    if (hidden()) queueMicrotask(freeze);
  };

  const begin = (nav: Navigation, address = location.href, title?: string): void => {
    const url = cleanUrl(address, options.hash) ?? "";
    const referrer = view ? view.url : cleanUrl(document.referrer);
    // An unchanged address is a page view only if it was loaded, restored, resumed or asked for.
    if (url === view?.url && !/^[lm]|res/.test(nav)) return;
    // Firefox never settles a fetch whose answer came meanwhile.
    if (nav === "restore") restart();
    // By now the document may be the next page's already: what it said last while it was quiet stands.
    if (view) freeze(false, view.dh != null);
    ownTitle = title;
    view = { id: newId(), url, nav, referrer, ...readViewport(), ...readDevice() };
    active = Date.now();
    emit({ type: "page" });
  };

  const activity = (): PageView => {
    if (Date.now() - active >= idle) begin("resume", page().url, ownTitle);
    active = Date.now();
    return page();
  };

  const context: Context = {
    options,
    identity: newcomer(),
    waiting: [],
    pause: 0,
    presses: new Set(),
    fail,
    guard,
    listen: (...args) => view && listen(...args),
    freeze,
    page,
    activity,
    // What is loaded late may come when nothing is recorded any more.
    beforeFreeze: (complete) => view && completes.push(guard(complete)),
  };
  const [deliver, restart] = createDelivery(context);

  const run = (): void => {
    // In the bubble phase: after every capture.
    listen(window, "pagehide", () => freeze(true), false);
    listen(window, "online", () => deliver(!context.status));
    let resized = -dragged;
    listen(window, "resize", ({ timeStamp }) => {
      const { vw, dpr } = page();
      if (vw !== innerWidth || dpr !== devicePixelRatio) {
        // Dragged by its edge, a window has a new width with every frame: all of that is one change.
        if (timeStamp - resized >= dragged) freeze();
        resized = timeStamp;
      }
      Object.assign(page(), readViewport());
    });
    for (const capture of [pages(begin)].concat(options.use ?? []))
      guard(() => {
        const stop = capture(emit, context);
        // What is left uncalled answers with a capture, which takes two arguments.
        if (stop.length > 1) throw "use: call it, as clicks()";
        stops.push(guard(stop));
      })();
  };

  const halt = (erase?: boolean): void => {
    if (!erase) freeze(true);
    for (const stop of stops) stop(erase);
    stops = [];
    completes = [];
    view = held = undefined;
  };

  const show = (): void => {
    if (!hidden()) {
      if (held) {
        run();
        for (const call of held) call();
        held = undefined;
      }
      deliver();
    } else freeze();
  };

  const allow = (): void => {
    held = [];
    // In the bubble phase: after every capture, and after the page's own listeners on the document.
    listen(window, "visibilitychange", show, false);
    show();
  };

  const when = <A extends unknown[]>(act: (...args: A) => void): ((...args: A) => void) => {
    const guarded = guard(act);
    return (...args) => {
      if (view) guarded(...args);
      else held?.push(() => guarded(...args));
    };
  };

  const deny = (): void => {
    // What an earlier visit left behind is only reached by what `use` brings.
    if (!view) run();
    halt(true);
    clearInterval(timer);
    context.open = undefined;
    context.waiting = [];
    context.identity = newcomer();
  };

  /** A batch says one thing of its tab and its visitor. */
  const become = (identity: Partial<Context["identity"]>): void => {
    freeze();
    Object.assign(context.identity, identity);
  };

  let alive = typeof document === "object" && (options.frames || self === top) && !objects(options);
  if (alive && !(options.key?.[0] && options.to?.[0])) {
    alive = false;
    fail("options_invalid", "give key and to as text");
  }
  if (alive) {
    try {
      // A refusal reaches every tab. A page in the back/forward cache that should hear it is discarded.
      channel = new BroadcastChannel(options.key);
      channel.onmessage = deny;
    } catch {
      // Not there, or forbidden together with the storage.
    }
    if (!options.consent) allow();
  }

  return {
    track: when((name, props) =>
      emit({ type: "custom", name: eventName(name), props: copyProperties(props) }, activity()),
    ),
    goal: when((name, { value, currency } = {}) =>
      emit(
        {
          type: "goal",
          name: eventName(name),
          value: Number.isFinite(value) ? value : undefined,
          currency: /^[A-Z]{3}$/.exec(currency as string)?.[0],
        },
        activity(),
      ),
    ),
    identify: when((name, props) => {
      const traits = copyProperties(props);
      become({ user: eventName(name) });
      emit({ type: "identify", traits });
    }),
    reset: when(() => become({ user: undefined, visitor: undefined, session: undefined })),
    consent(choice) {
      if (!alive) return;
      if (choice === "denied") {
        channel?.postMessage(0);
        deny();
      } else {
        become({ consent: choice });
        if (!view && !held) allow();
      }
    },
    page: when(({ url, title } = {}) => begin("manual", url, title)),
    async flush() {
      if (view) freeze();
      return { sent: await deliver(true), waiting: context.waiting.length };
    },
    stop() {
      if (alive) halt();
      alive = false;
      channel?.close();
    },
  };
}

const newcomer = (): Context["identity"] => ({ tab: newId(), seq: 0, consent: "unset" });
