import { type Accepted, limits, type Refusal } from "@isotherm/protocol";
import { backoff, longestAsked } from "./backoff.js";
import type { Context } from "./capture.js";

/** Brings batches from the outbox to the server, and forgets them only on its word. */
export type Delivery = [
  /** Sends what waits, unless it is time to pause; answers with the number of batches that arrived. */
  drain: (force?: boolean) => Promise<number>,
  /** Sends what still fits while the page is ending. */
  leave: () => void,
  /** The connection came back. */
  online: () => void,
];

// On a stalled connection nothing ever comes, and nothing else would be sent.
const patience = 60_000;

/** Whether nobody can see the page. */
export const hidden = (): boolean => document.hidden;

export function createDelivery(context: Context): Delivery {
  const { key, to } = context.options;
  let most: number = limits.batches;
  let arrived = 0;
  let failures = 0;
  let unreachable = false;
  let draining: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** True where it is worth going on at once: something arrived, or a refused request is to be divided. */
  const post = async (keepalive: boolean): Promise<boolean> => {
    const { outbox } = context;
    const { head } = outbox;
    const tell = `{"v":1,"key":"${key}","sentAt":${Date.now()},${head}"batches":[`;
    // No plain request is larger than a last one: a slow line carries it in time.
    let free = limits.lastRequestBytes - tell.length;
    const chosen = outbox.own
      .filter(({ leaving, bytes }) => {
        // What is on its way takes its part of the space as well.
        free -= bytes + 1;
        return free > 1 && !leaving;
      })
      .slice(0, most);
    if (!chosen[0]) return false;
    // A plain string is sent as text/plain, which needs no preflight, to another origin either.
    const body = `${tell}${chosen.map((one) => one.body)}]}`;
    // Accepted is not delivered: offline, Chromium answers true and the data is gone. So nothing is forgotten.
    if (keepalive && !("keepalive" in Request.prototype)) return !navigator.sendBeacon(to, body);
    let status = 0;
    let asked = 0;
    let reply: Partial<Accepted & Refusal> = {};
    const ids = chosen.map(({ id }) => id);
    for (const one of chosen) one.leaving = keepalive;
    try {
      const signal = AbortSignal.timeout?.(patience);
      const response = await fetch(to, { method: "POST", body, redirect: "error", keepalive, signal });
      status = response.status;
      asked = Number(response.headers.get("retry-after")) * 1_000;
      // Chromium counts a keepalive request against its 64 KiB until the body of the answer has been read.
      reply = (await response.json()) ?? reply;
    } catch {
      // No answer, or none of ours: what counts is the status.
    }
    for (const one of chosen) one.leaving = false;
    unreachable = !status;
    const done = status === 204 || (status === 202 && reply.rejected);
    if (done ? reply.rejected?.[0] : status) context.fail("delivery_refused", JSON.stringify([status, reply]));
    if (done) {
      arrived += chosen.length;
      failures = outbox.pause = 0;
      outbox.forget(ids, head);
    } else if (status === 413 || reply.code === "envelope_invalid") {
      // Halved until the one batch that is to blame stands alone.
      most = chosen.length >> 1;
      if (most) return true;
      outbox.forget(ids, "", true);
    } else {
      outbox.pause = Date.now() + backoff(status, ++failures, asked);
      return false;
    }
    most = limits.batches;
    return true;
  };

  /** Milliseconds until the next attempt. What is further off than anybody may ask for was noted by a clock that was wrong. */
  const wait = (): number => {
    const left = context.outbox.pause - Date.now();
    return left > longestAsked ? 0 : left;
  };

  const drain = (force?: boolean): Promise<number> => {
    const { outbox } = context;
    const before = arrived;
    draining = draining.then(async () => {
      // Chromium throws a page out of its back/forward cache whose lock request is answered there.
      if (!force && hidden()) return;
      await outbox.drain(async () => (force || (!hidden() && wait() <= 0)) && post(false));
      clearTimeout(timer);
      // Another tab may be sending, and leave something behind.
      if (outbox.own[0] && !hidden()) timer = setTimeout(drain, Math.max(1_000, wait()));
    });
    return draining.then(() => arrived - before);
  };

  return [
    drain,
    () => {
      clearTimeout(timer);
      post(true).then(() => drain());
    },
    () => {
      if (unreachable) context.outbox.pause = 0;
      drain();
    },
  ];
}
