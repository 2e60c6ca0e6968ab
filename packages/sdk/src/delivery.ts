import { type Accepted, limits, type Refusal } from "@isotherm/protocol";
import { backoff, longestAsked } from "./backoff.js";
import type { Context } from "./capture.js";
import type { Waiting } from "./outbox/outbox.js";

/**
 * Sends what waits, unless it is time to pause; answers with the number of batches that arrived. `force` ignores the
 * pause. `ending` sends what fits in a request that outlives the page, at once, beside what is on its way.
 */
export type Deliver = (force?: boolean, ending?: boolean) => Promise<number>;

// On a stalled connection nothing ever comes, and nothing else would be sent.
const patience = 60_000;

/**
 * Brings batches to the server, and forgets them only on its word. What is on its way when `restart` is called counts as
 * unsent, and is not waited for any more.
 */
export function createDelivery(context: Context): readonly [deliver: Deliver, restart: () => void] {
  const { key, to } = context.options;
  /** Batches on their way in requests that outlive the page. */
  const leaving = new Set<Waiting>();
  let most: number = limits.batches;
  let arrived = 0;
  let failures = 0;
  let left: boolean | undefined;
  let draining: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Milliseconds until the next attempt. */
  const wait = (): number => {
    const ms = context.pause - Date.now();
    // What is further off than anybody may ask for was noted by a clock that was wrong.
    return ms > longestAsked ? 0 : ms;
  };

  const deliver: Deliver = async (force, ending = !force && document.hidden) => {
    const before = arrived;
    // What comes after a last request, as a vital does, goes beside it: nobody hears any more how that one went.
    left = ending && (force || left);
    const go = async (): Promise<void> => {
      while (force || (wait() <= 0 && ending === document.hidden)) {
        const { outbox, waiting } = context;
        // While a refused envelope is divided, it carries nothing that could be to blame beside its batches.
        const gone = most < limits.batches ? undefined : outbox?.gone;
        // No plain request is larger than a last one: a slow line carries it in time.
        let free: number = limits.batchHardBytes;
        const chosen = waiting
          .filter((one) => {
            // What is on its way takes its part of the space as well.
            free -= one.bytes;
            return free >= 0 && !leaving.has(one);
          })
          .slice(0, most);
        if (!chosen[0]) return;
        let status = 0;
        let asked = 0;
        let reply: Partial<Accepted & Refusal> = {};
        if (ending) for (const one of chosen) leaving.add(one);
        try {
          const response = await (context.send ?? fetch)(to, {
            method: "POST",
            // A plain string is sent as text/plain, which needs no preflight, to another origin either.
            body: `${JSON.stringify({ v: 1, key, sentAt: Date.now(), gone, batches: [] }).slice(0, -2)}${chosen.map(({ body }) => body)}]}`,
            redirect: "error",
            keepalive: ending,
            signal: AbortSignal.timeout?.(patience),
          });
          status = response.status;
          asked = Number(response.headers.get("retry-after")) * 1_000;
          // Chromium counts a keepalive request against its 64 KiB until the body of the answer has been read.
          reply = (await response.json()) ?? reply;
        } catch {
          // No answer, or none of ours: what counts is the status.
        }
        for (const one of chosen) leaving.delete(one);
        context.status = status;
        let rejected: unknown = status === 204 ? [] : status === 202 && reply.rejected;
        if (Array.isArray(rejected) ? rejected[0] : status || (!failures && /:/.test(to)))
          context.fail("delivery_refused", status ? [status, reply] : "to: allow CORS");
        most = limits.batches;
        if (status === 413 || reply.code === "envelope_invalid") {
          // Halved until the one batch that is to blame stands alone.
          if (gone || chosen[1]) {
            most = Math.ceil(chosen.length / 2);
            continue;
          }
          rejected = chosen;
        }
        if (!Array.isArray(rejected)) {
          context.pause = Date.now() + backoff(status, ++failures, asked);
          return;
        }
        arrived += chosen.length - rejected.length;
        failures = context.pause = 0;
        context.waiting = context.waiting.filter((one) => !chosen.includes(one));
        outbox?.forget(chosen, gone, rejected);
      }
    };
    if (!ending) {
      draining = draining
        .then(() => context.outbox?.drain(go) ?? go())
        // Or nothing would be sent ever again.
        .catch((cause) => context.fail("capture_failed", cause));
      await draining;
    } else if (left || !leaving.size) await go();
    clearTimeout(timer);
    // Another tab may be sending, and leave something behind. No timer runs while the page is hidden.
    if (context.waiting[0] && !document.hidden) timer = setTimeout(deliver, Math.max(1_000, wait()));
    return arrived - before;
  };

  const restart = (): void => {
    leaving.clear();
    draining = Promise.resolve();
  };

  return [deliver, restart];
}
