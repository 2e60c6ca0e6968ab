import { type Event, limits, type Navigation, type Properties } from "@isotherm/protocol";
import { pages } from "./capture/pages.js";
import type { Context, Emit, PageView, Stop } from "./capture.js";
import { cleanUrl } from "./clean-url.js";
import { createDelivery } from "./delivery.js";
import { freezeBatch } from "./freeze.js";
import { newId } from "./new-id.js";
import type { StartOptions } from "./options.js";
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
  /** Undefined while nothing is recorded. */
  let view: PageView;
  let ownTitle: string | undefined;
  let active = 0;
  let stops: Stop[] = [];
  let completes: (() => void)[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  // A prerendered page, or a tab opened behind, is a page view once it is seen. Until then what the page tracks is held.
  let held: (() => void)[] | undefined;
  let channel: BroadcastChannel | undefined;

  // Whatever the page's handler throws is the page's own.
  const fail: Context["fail"] = (code, reason) => queueMicrotask(() => options.onError?.({ code, reason }));

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
    // What is loaded late may come when nothing is recorded any more.
    if (!held) return;
    const guarded = guard(listener) as EventListener;
    target.addEventListener(type, guarded, { capture, passive: true });
    stops.push(() => target.removeEventListener(type, guarded, capture));
  };

  /** What the document says now. */
  const look = (): void => {
    if (!view) return;
    Object.assign(view, {
      vh: innerHeight,
      dw: document.documentElement.scrollWidth,
      dh: document.documentElement.scrollHeight,
      title: (ownTitle ?? document.title).slice(0, limits.title),
    });
  };

  const cut = (last?: boolean, force = last): Promise<number> => {
    for (const complete of completes) complete();
    // So that a tab that has told everything can say that nothing follows: no time passed attentively since.
    if (last && !context.open) emit({ type: "attention", bands: [], engaged: 0 });
    const { open } = context;
    context.open = undefined;
    clearInterval(timer);
    if (open) freezeBatch(context, open, last);
    return deliver(force, last);
  };

  const freeze = (last?: boolean, force?: boolean): Promise<number> => {
    look();
    return cut(last, force);
  };

  /** By now the document may be the next page's already, or have another width: what it said last while it was quiet stands. */
  const leave = (): void => {
    view?.dh ?? look();
    cut();
  };

  const emit: Emit = (event, of = view) => {
    if (!of || context.skips?.(of)) return;
    const at = Date.now();
    const batch = (of === view && context.open) || { id: newId(), at, page: of, events: [] };
    batch.events.push(Object.assign(event, { t: at - batch.at }) as Event);
    if (of !== view) freezeBatch(context, batch);
    else if (!context.open) {
      context.open = batch;
      // The batch before may have been taken over by another tab, without a freeze.
      clearInterval(timer);
      timer = setInterval(() => {
        if (Date.now() - batch.at < (options.every ?? 5_000)) {
          look();
          context.outbox?.ahead();
        } else freeze();
      }, ahead);
    }
    // No timer runs while the page is hidden, and it may never be shown again.
    if (document.hidden) queueMicrotask(freeze);
  };

  /** Begins a page view; at the address that the page has, only where that is not the one before. */
  const begin = (nav: Navigation, address?: string, title?: string): void => {
    const url = cleanUrl(address || location.href, options.hash) as string;
    if (!address && url === view?.url) return;
    leave();
    ownTitle = title;
    view = {
      id: newId(),
      url,
      nav,
      referrer: view ? view.url : cleanUrl(document.referrer),
      vw: innerWidth,
      dpr: devicePixelRatio,
      sw: screen.width,
      sh: screen.height,
      touch: navigator.maxTouchPoints > 0,
      webdriver: navigator.webdriver,
    };
    active = Date.now();
    emit({ type: "page" });
  };

  const activity = (): PageView => {
    if (Date.now() - active >= idle) begin("resume", view.url, ownTitle);
    active = Date.now();
    return view;
  };

  const context: Context = {
    options,
    ...nothing(),
    fail,
    guard,
    listen,
    freeze,
    page: () => view,
    activity,
    beforeFreeze: (complete) => held && completes.push(guard(complete)),
  };
  const [deliver, restart] = createDelivery(context);

  const run = (): void => {
    // In the bubble phase: after every capture.
    listen(window, "pagehide", () => freeze(true), false);
    listen<PageTransitionEvent>(window, "pageshow", ({ persisted }) => {
      if (!persisted) return;
      // Firefox never settles a fetch whose answer came meanwhile.
      restart();
      begin("restore", location.href);
    });
    listen(window, "online", () => deliver(!context.status));
    let resized: number | undefined;
    listen(window, "resize", ({ timeStamp }) => {
      if (view.vw + view.dpr === innerWidth + devicePixelRatio) return;
      // Dragged by its edge, a window has a new width with every frame: all of that is one change.
      if (!(timeStamp - (resized as number) < dragged)) leave();
      resized = timeStamp;
      view.vw = innerWidth;
      view.dpr = devicePixelRatio;
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
    view = held = undefined as never;
  };

  /** Acts at once, or once the page is seen; never where nothing may be recorded. */
  const act = (call: () => void): void => {
    if (!held) return;
    held.push(guard(call));
    if (view || !document.hidden) for (const one of held.splice(0)) one();
  };

  const allow = (): void => {
    held = [];
    // In the bubble phase: after every capture, and after the page's own listeners on the document.
    listen(window, "visibilitychange", () => (document.hidden ? freeze() : act(deliver)), false);
    act(run);
  };

  const when =
    <A extends unknown[]>(call: (...args: A) => void): ((...args: A) => void) =>
    (...args) =>
      act(() => call(...args));

  const deny = (): void => {
    // What an earlier visit left behind is only reached by what `use` brings.
    if (!view) run();
    halt(true);
    Object.assign(context, nothing());
  };

  /** A batch says one thing of its tab and its visitor. */
  const become = (identity: Partial<Context["identity"]>): void => {
    freeze();
    Object.assign(context.identity, identity);
  };

  let alive =
    globalThis.document &&
    (options.frames || self === top) &&
    !((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl && options.respect?.gpc !== false) &&
    !(navigator.doNotTrack === "1" && options.respect?.dnt !== false) &&
    ((options.key?.[0] && options.to?.[0]) || fail("options_invalid", "key, to: give text"));
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
    reset: when(() => become({ user: undefined, reset: newId(), visitor: undefined, session: undefined })),
    consent(choice) {
      if (!alive) return;
      if (choice === "denied") {
        channel?.postMessage(0);
        deny();
      } else {
        become({ consent: choice });
        if (!held) allow();
      }
    },
    page: when(({ url = location.href, title } = {}) => begin("manual", url, title)),
    async flush() {
      return { sent: await freeze(undefined, true), waiting: context.waiting.length };
    },
    stop() {
      if (alive) halt();
      alive = undefined;
      channel?.close();
    },
  };
}

/** What a tab knows that has recorded nothing. */
const nothing = (): Pick<Context, "identity" | "open" | "waiting" | "pause"> => ({
  identity: { tab: newId(), seq: 0, consent: "unset" },
  open: undefined,
  waiting: [],
  pause: 0,
});
