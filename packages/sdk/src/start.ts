import type { Properties } from "@isotherm/protocol";
import { hidden } from "./delivery.js";
import type { StartOptions } from "./options.js";
import { copyProperties, eventName } from "./properties.js";
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

/** What the visitor's browser asks for: https://w3c.github.io/gpc/, and the older DNT. */
function objects(gpc: boolean, dnt: boolean): boolean | undefined {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return (gpc && globalPrivacyControl) || (dnt && doNotTrack === "1");
}

/** Starts recording. On a server, in a frame, and for a visitor who objects it does nothing, in the same shape. */
export function start(options: StartOptions): Isotherm {
  const { key, to, frames, consent, respect: { gpc = true, dnt = true } = {} } = options;
  const [context, emit, begin, drain, run, halt] = createRecorder(options);
  const { activity, freeze, guard, identity, page: running } = context;
  let alive = false;
  // A prerendered page, or a tab opened behind, is a page view once it is seen. Until then what the page tracks is held.
  let held: (() => void)[] | undefined;
  let channel: BroadcastChannel | undefined;

  const show = (): void => {
    if (hidden()) return;
    if (held) {
      run();
      for (const call of held) call();
      held = undefined;
    }
    drain();
  };

  const allow = (): void => {
    held = [];
    show();
  };

  const when = <A extends unknown[]>(act: (...args: A) => void): ((...args: A) => void) => {
    const guarded = guard(act);
    return (...args) => {
      if (running()) guarded(...args);
      else held?.push(() => guarded(...args));
    };
  };

  const deny = (): void => {
    held = undefined;
    // What an earlier visit left behind is only reached by what `use` brings.
    if (!running()) run();
    halt(true);
  };

  if (typeof document === "object" && (frames || self === top) && !objects(gpc, dnt)) {
    if (key && to) alive = true;
    else context.fail("options_invalid", "key, to");
  }
  if (alive) {
    addEventListener("visibilitychange", show);
    try {
      // A refusal reaches every tab. A page in the back/forward cache that should hear it is discarded.
      channel = new BroadcastChannel(key);
      channel.onmessage = deny;
    } catch {
      // Not there, or forbidden together with the storage.
    }
    if (!consent) allow();
  }

  return {
    track: when(context.track),
    goal: when((name, { value, currency } = {}) =>
      emit(
        {
          type: "goal",
          name: eventName(name),
          value: Number.isFinite(value) ? value : undefined,
          currency: /^[A-Z]{3}$/.exec(`${currency}`)?.[0],
        },
        activity(),
      ),
    ),
    identify: when((user, props) => {
      const traits = copyProperties(props);
      freeze();
      identity.user = eventName(user);
      emit({ type: "identify", traits });
    }),
    reset: when(() => {
      freeze();
      identity.user = undefined;
    }),
    consent(choice) {
      if (!alive) return;
      if (choice === "denied") {
        channel?.postMessage(0);
        deny();
        return;
      }
      if (running()) freeze();
      else if (!held) allow();
      identity.consent = choice;
    },
    page: when(({ url, title } = {}) => begin("manual", url, title)),
    async flush() {
      if (running()) freeze();
      return { sent: await drain(true), waiting: context.outbox.own.length };
    },
    stop() {
      if (!alive) return;
      alive = false;
      if (running()) halt();
      held = undefined;
      channel?.close();
      removeEventListener("visibilitychange", show);
    },
  };
}
