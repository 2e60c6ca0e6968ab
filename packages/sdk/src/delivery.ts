import { type Accepted, limits, type Refusal } from "@isotherm/protocol";
import { backoff } from "./backoff.js";
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

/** Whether nobody can see the page. */
export const hidden = (): boolean => document.visibilityState === "hidden";

export function createDelivery(context: Context): Delivery {
  const { key, to } = context.options;
  let most: number = limits.batches;
  let arrived = 0;
  let failures = 0;
  let unreachable = false;
  let draining: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** True where it is worth going on at once: something arrived, or a refused request is to be divided. */
  const post = async (space: number, keepalive: boolean): Promise<boolean> => {
    const { outbox } = context;
    const { head } = outbox;
    const tell = `{"v":1,"key":"${key}","sentAt":${Date.now()},${head}"batches":[`;
    let free = space - tell.length;
    const chosen = outbox.own
      .filter(({ bytes, leaving }) => {
        // What is on its way takes its part of the space as well.
        free -= bytes + 1;
        return free > 1 && !leaving;
      })
      .slice(0, most);
    const [first] = chosen;
    if (!first) return false;
    // A plain string is sent as text/plain, which needs no preflight, to another origin either.
    const body = `${tell}${chosen.map((one) => one.body)}]}`;
    // Accepted is not delivered: offline, Chromium answers true and the data is gone. So nothing is forgotten.
    if (keepalive && !("keepalive" in Request.prototype)) return !navigator.sendBeacon(to, body);
    let status = 0;
    let asked = 0;
    let reply: Partial<Accepted & Refusal> = {};
    const mark = (leaving: boolean): void => {
      for (const one of chosen) one.leaving = leaving;
    };
    mark(keepalive);
    try {
      const response = await fetch(to, { method: "POST", body, redirect: "error", keepalive });
      status = response.status;
      asked = Number(response.headers.get("retry-after")) * 1_000;
      // Chromium counts a keepalive request against its 64 KiB until the body of the answer has been read.
      reply = await response.json();
    } catch {
      // No answer, or none of ours: what counts is the status.
    }
    mark(false);
    unreachable = !status;
    const { rejected, code } = reply;
    const done = status === 204 || (status === 202 && rejected);
    if (done ? rejected?.[0] : status) context.fail("delivery_refused", `${status} ${JSON.stringify(reply)}`);
    if (done) {
      arrived += chosen.length;
      failures = outbox.pause = 0;
      outbox.forget(
        chosen.map(({ id }) => id),
        head,
      );
    } else if (status === 413 || code === "envelope_invalid") {
      // Halved until the one batch that is to blame stands alone.
      most = chosen.length >> 1;
      if (most) return true;
      outbox.forget([first.id], "", true);
    } else {
      outbox.pause = Date.now() + backoff(status, ++failures, asked);
      return false;
    }
    most = limits.batches;
    return true;
  };

  const drain = (force?: boolean): Promise<number> => {
    const { outbox } = context;
    const before = arrived;
    draining = draining.then(async () => {
      // Chromium throws a page out of its back/forward cache whose lock request is answered there.
      if (hidden() && !force) return;
      await outbox.drain(
        async () => (force || (!hidden() && Date.now() >= outbox.pause)) && post(limits.requestBytes, false),
      );
      clearTimeout(timer);
      // Another tab may be sending, and leave something behind.
      if (outbox.own[0] && !hidden()) timer = setTimeout(drain, Math.max(1_000, outbox.pause - Date.now()));
    });
    return draining.then(() => arrived - before);
  };

  return [
    drain,
    () => {
      clearTimeout(timer);
      post(limits.lastRequestBytes, true).then((more) => (more ? drain() : 0));
    },
    () => {
      if (unreachable) context.outbox.pause = 0;
      drain();
    },
  ];
}
