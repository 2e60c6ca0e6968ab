import { type Accepted, type Batch, limits, type Refusal } from "@isotherm/protocol";
import { backoff } from "./backoff.js";
import type { Context } from "./capture.js";

/** Brings batches from the outbox to the server, and forgets them only on its word. */
export interface Delivery {
  /** Sends what waits, unless it is time to pause; answers with the number of batches that arrived. */
  drain(force?: boolean): Promise<number>;
  /** Sends what still fits while the page is ending. */
  leave(): void;
  /** The connection came back. */
  online(): void;
}

/** Whether nobody can see the page. */
export const hidden = (): boolean => document.visibilityState === "hidden";

export function createDelivery(context: Pick<Context, "options" | "outbox" | "fail">): Delivery {
  const { fail } = context;
  const { key, to } = context.options;
  let most: number = limits.batches;
  let arrived = 0;
  let unreachable = false;
  let draining = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** True where it is worth going on at once: something arrived, or a refused request is to be divided. */
  const post = async (space: number, keepalive: boolean): Promise<boolean> => {
    const { outbox } = context;
    const gone = outbox.gone.slice(0, limits.gone);
    const tell = `{"v":1,"key":"${key}","sentAt":${Date.now()},"gone":${JSON.stringify(gone)},"batches":[`;
    let free = space - tell.length;
    const chosen = outbox.own
      .filter(({ bytes, leaving }) => {
        // What is on its way takes its part of the space as well.
        free -= bytes + 1;
        return free > 1 && !leaving;
      })
      .slice(0, most);
    const [first, second] = chosen;
    if (!first) return false;
    // A plain string is sent as text/plain, which needs no preflight, to another origin either.
    const body = `${tell}${chosen.map((one) => one.body)}]}`;
    // Accepted is not delivered: offline, Chromium answers true and the data is gone. So nothing is forgotten.
    if (keepalive && !("keepalive" in Request.prototype)) return !navigator.sendBeacon(to, body);
    let status = 0;
    let asked = 0;
    let reply: Partial<Accepted & Refusal> = {};
    for (const one of chosen) one.leaving = keepalive;
    try {
      const response = await fetch(to, { method: "POST", body, redirect: "error", keepalive });
      status = response.status;
      asked = Number(response.headers.get("retry-after")) * 1_000;
      // Chromium counts a keepalive request against its 64 KiB until the body of the answer has been read.
      reply = JSON.parse((await response.text()) || "{}");
    } catch {
      // No answer, or none of ours: it counts as not delivered, below.
    }
    for (const one of chosen) one.leaving = false;
    unreachable = !status;
    const { rejected, message = status } = reply;
    const done = status === 204 || (status === 202 && rejected);
    const divide = status === 413 || reply.code === "envelope_invalid";
    if (rejected?.[0] || (status && !done)) fail("delivery_refused", rejected?.[0]?.message ?? message);
    if (!done && !divide) {
      const failures = outbox.pause.failures + 1;
      // Somebody has to mend a wrong key or path: no use in asking often.
      const wait = backoff(/40[134]|415/.test(`${status}`) ? 9 : failures, asked);
      outbox.pause = { until: Date.now() + wait, failures };
      return false;
    }
    // Halved until the one batch that is to blame stands alone.
    most = (divide && chosen.length >> 1) || limits.batches;
    if (divide && second) return true;
    if (done) {
      arrived += chosen.length;
      outbox.gone = outbox.gone.slice(gone.length);
      outbox.pause = { until: 0, failures: 0 };
    } else {
      const { tab, seq, events }: Batch = JSON.parse(first.body);
      outbox.gone = [...outbox.gone, { tab, seq, n: events.length, reason: "rejected" }];
    }
    outbox.forget(chosen.map(({ id }) => id));
    return true;
  };

  const work = async (force: boolean): Promise<void> => {
    const { outbox } = context;
    // Chromium throws a page out of its back/forward cache whose lock request is answered there.
    if (hidden() && !force) return;
    await outbox.drain(async () => {
      const ready = force || (!hidden() && Date.now() >= outbox.pause.until);
      return ready && post(limits.requestBytes, false);
    });
    clearTimeout(timer);
    // Another tab may be sending, and leave something behind.
    if (outbox.own[0] && !hidden()) timer = setTimeout(drain, Math.max(1_000, outbox.pause.until - Date.now()));
  };

  const drain = (force = false): Promise<number> => {
    const before = arrived;
    draining = draining.then(() => work(force));
    return draining.then(() => arrived - before);
  };

  return {
    drain,
    leave() {
      clearTimeout(timer);
      post(limits.lastRequestBytes, true).then((more) => more && drain());
    },
    online() {
      if (unreachable) context.outbox.pause = { until: Date.now() + Math.random() * 2_000, failures: 0 };
      drain();
    },
  };
}
