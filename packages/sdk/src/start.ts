import type { Properties } from "@isotherm/protocol";
import { uuidv7 } from "@isotherm/protocol";
import { createDelivery } from "./delivery.js";
import { IsothermError } from "./error.js";
import type { StartOptions } from "./options.js";
import { memoryOutbox } from "./outbox/memory.js";
import { copyProperties, eventName } from "./properties.js";
import type { Identity } from "./queue.js";
import { createRecorder } from "./recorder.js";

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

/** Whether the visitor's browser asks not to be recorded: https://w3c.github.io/gpc/ and the older DNT. */
function objects({ gpc = true, dnt = true }: NonNullable<StartOptions["respect"]>): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return (gpc && !!globalPrivacyControl) || (dnt && doNotTrack === "1");
}

const nothing = { sent: 0, waiting: 0 };
const ignore = (): void => {};
const inert: Isotherm = {
  track: ignore,
  goal: ignore,
  identify: ignore,
  reset: ignore,
  consent: ignore,
  page: ignore,
  flush: async () => nothing,
  stop: ignore,
};

/** Starts recording. On a server, in a frame, and for a visitor who objects it does nothing, in the same shape. */
export function start(options: StartOptions): Isotherm {
  const { key, to, use = [], every = 5_000, frames = false, hash = false, respect = {}, debug = false } = options;
  const { now = Date.now, random = Math.random, ...transports } = options.internals ?? {};
  const fail = (error: IsothermError): void => {
    if (debug) console.warn(error);
    try {
      options.onError?.(error);
    } catch {
      // An error of the error handler has nowhere to go.
    }
  };
  if (typeof document === "undefined" || (!frames && self !== top) || objects(respect)) return inert;
  if (!key || !to) {
    fail(new IsothermError("options_invalid", "give `key`, the site's public key, and `to`, the relay's path"));
    return inert;
  }

  // Waiting for consent, for the page to be shown, recording, or stopped.
  let state: "unasked" | "unseen" | "on" | "off" = "unasked";
  let held: (() => void)[] = [];
  const identity: Identity = { tab: uuidv7(now()), user: undefined, consent: "unset" };

  const recorder = createRecorder({
    key,
    use,
    every,
    hash,
    now,
    identity,
    outbox: memoryOutbox(now),
    beforeSend: options.beforeSend,
    frozen: (batch) => debug && console.debug("isotherm", batch),
    fail,
    drain: () => delivery.drain(),
    leave: () => delivery.leave(),
  });
  const { context, queue } = recorder;
  const delivery = createDelivery({
    key,
    // Resolved here, or a <base> of the page would send it elsewhere.
    to: new URL(to, location.href).href,
    outbox: () => context.outbox,
    now,
    random,
    fetch: (...request) => fetch(...request),
    sendBeacon: (address, body) => navigator.sendBeacon(address, body),
    keepalive: "keepalive" in Request.prototype,
    ...transports,
    fail,
  });

  // A prerendered page, or a tab opened behind, is a page view once it is seen. Until then what the page tracks is held.
  const show = context.guard((): void => {
    if (state === "off" || document.visibilityState === "hidden") return;
    if (state === "unseen") {
      state = "on";
      recorder.run();
      for (const act of held) act();
      held = [];
    }
    delivery.wake(false);
  });
  const connected = (): void => delivery.wake(true);

  const run = (): void => {
    state = "unseen";
    show();
  };

  const when =
    <A extends unknown[]>(act: (...args: A) => void): ((...args: A) => void) =>
    (...args) => {
      const guarded = context.guard(act);
      if (state === "on") guarded(...args);
      else if (state === "unseen") held.push(() => guarded(...args));
    };

  const deny = (): void => {
    if (state === "off") return;
    // What an earlier visit left behind is only reached by what `use` brings.
    if (state !== "on") recorder.run();
    recorder.halt();
    queue.discard();
    context.outbox.clear();
    identity.user = undefined;
    identity.consent = "unset";
    held = [];
    state = "unasked";
  };
  // Other tabs of the site hear of a refusal. A page in the back/forward cache that would have to hear is discarded.
  const channel = new BroadcastChannel(key);
  channel.onmessage = deny;

  addEventListener("visibilitychange", show);
  addEventListener("online", connected);
  if (options.consent !== "required") run();

  return {
    track: when(context.track),
    goal: when((name, { value, currency } = {}) => {
      if (value !== undefined && !Number.isFinite(value))
        throw new IsothermError("event_invalid", "a value is a number");
      const event = { type: "goal", name: eventName(name) } as const;
      recorder.emit(
        { ...event, ...(value === undefined ? {} : { value }), ...(currency ? { currency } : {}) },
        context.activity(),
      );
    }),
    identify: when((user, traits) => {
      const event = { type: "identify", ...(traits ? { traits: copyProperties(traits) } : {}) } as const;
      context.freeze();
      identity.user = eventName(user);
      recorder.emit(event);
    }),
    reset: when(() => {
      context.freeze();
      identity.user = undefined;
    }),
    consent(choice) {
      if (choice === "denied") {
        channel.postMessage(0);
        deny();
      } else if (state !== "off") {
        if (state === "on") context.freeze();
        identity.consent = choice;
        if (state === "unasked") run();
      }
    },
    page: when((view = {}) => recorder.begin("manual", view.url, view.title)),
    async flush() {
      if (state === "on") context.freeze();
      const sent = await delivery.drain(true);
      const waiting = await context.outbox.read();
      return { sent, waiting: waiting.filter(({ reason }) => !reason).length };
    },
    stop() {
      if (state === "on") queue.freeze(true);
      recorder.halt();
      state = "off";
      channel.close();
      removeEventListener("visibilitychange", show);
      removeEventListener("online", connected);
      delivery.drain();
    },
  };
}
