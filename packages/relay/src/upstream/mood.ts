import type { ForwarderState } from "../forward/forwarder.js";
import { type Trouble, trouble } from "../forward/trouble.js";
import type { DeliveryParts } from "./delivery.js";

/** Why a target has not taken everything, and after how many milliseconds it is worth asking again. */
export interface SetBack {
  readonly reason: string;
  readonly waitMs: number;
}

/** How a target is doing, as its answers say. */
export interface Mood extends Pick<Trouble, "worked"> {
  /** It asked to be left alone for a while that is not over. */
  quiet(): SetBack | undefined;
  /** No use now; not before `afterMs` where the target said so. */
  failed(reason: string, afterMs?: number): SetBack;
  /** Somebody's mistake, for all batches or for those of one key. */
  stopped(reason: string): SetBack;
  held(reason: string): SetBack;
  state(): ForwarderState;
}

/** What whoever is refused is told to wait where the target does not say, in ms: a mistake takes longer to mend. */
const waits = { failed: 5_000, stopped: 60_000 };

/** All is well so far. */
export function mood(parts: Pick<DeliveryParts, "target" | "log" | "now">): Mood {
  const notes = trouble(parts);
  let state: ForwarderState["state"] = "running";
  let asked: { readonly reason: string; readonly until: number } | undefined;

  const quiet = (): SetBack | undefined => {
    const waitMs = asked === undefined ? 0 : asked.until - performance.now();
    return asked !== undefined && waitMs > 0 ? { reason: asked.reason, waitMs } : undefined;
  };

  return {
    quiet,
    worked() {
      state = "running";
      notes.worked();
    },
    failed(reason, afterMs) {
      state = "backing_off";
      notes.failed(reason);
      if (afterMs !== undefined) asked = { reason, until: performance.now() + afterMs };
      return { reason, waitMs: afterMs ?? waits.failed };
    },
    stopped(reason) {
      state = "stopped";
      notes.stopped(reason);
      return { reason, waitMs: waits.stopped };
    },
    held(reason) {
      notes.held(reason);
      return { reason, waitMs: waits.stopped };
    },
    state: () => ({
      state,
      retryInMs: quiet()?.waitMs ?? null,
      concurrency: parts.target.concurrency,
      lastError: notes.error,
      lastErrorAt: notes.errorAt,
      lastSuccessAt: notes.successAt,
      held: 0,
    }),
  };
}
