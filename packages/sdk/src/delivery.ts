import { type Accepted, limits, protocolVersion, type Refusal } from "@isotherm/protocol";
import { backoff, retryAfter } from "./backoff.js";
import { IsothermError } from "./error.js";
import { tombstone } from "./outbox/discard.js";
import type { Outbox, Waiting } from "./outbox/outbox.js";

interface DeliveryOptions {
  readonly to: string;
  readonly key: string;
  readonly outbox: () => Outbox;
  readonly now: () => number;
  readonly random: () => number;
  readonly fetch: typeof fetch;
  readonly sendBeacon: (to: string, body: string) => boolean;
  readonly keepalive: boolean;
  readonly fail: (error: IsothermError) => void;
}

/** Brings batches from the outbox to the server, and forgets them only on its word. */
export interface Delivery {
  /** Sends what waits, unless it is time to pause; answers with the number of batches that arrived. */
  drain(force?: boolean): Promise<number>;
  /** Sends what still fits while the page is ending. */
  leave(): void;
  /** The page was shown, or the connection came back. */
  wake(online: boolean): void;
}

// What an envelope takes beside its batches.
const overhead = 512;
const attempt = 30_000;
const hidden = (): boolean => document.visibilityState === "hidden";

export function createDelivery(options: DeliveryOptions): Delivery {
  const { to, key, outbox, now, random, fail } = options;
  const leaving = new Set<string>();
  let room: number = limits.lastRequestBytes;
  let most: number = limits.batches;
  let draining: Promise<number> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unreachable = false;
  let delivered = 0;

  const choose = (waiting: readonly Waiting[], space: number): Waiting[] => {
    let free = space - overhead;
    const fits = (gone: boolean, count: number): Waiting[] =>
      waiting.filter((one) => {
        const fit = !!one.reason === gone && !leaving.has(one.id) && count > 0 && one.bytes < free;
        if (fit) {
          count--;
          free -= one.bytes + 1;
        }
        return fit;
      });
    const batches = fits(false, most);
    // While a refused envelope is split, a tombstone must not be what it is refused for.
    return batches.length && most === limits.batches ? batches.concat(fits(true, limits.gone)) : batches;
  };

  const envelope = (chosen: readonly Waiting[]): string => {
    const bodies = (gone: boolean): string =>
      chosen
        .filter(({ reason }) => !!reason === gone)
        .map(({ body }) => body)
        .join();
    const head = JSON.stringify({ v: protocolVersion, key, sentAt: now() }).slice(0, -1);
    return `${head},"batches":[${bodies(false)}],"gone":[${bodies(true)}]}`;
  };

  /** True once the server has the batches, or one of them was discarded: there may be more to send at once. */
  const post = async (chosen: readonly Waiting[], keepalive: boolean): Promise<boolean> => {
    const ids = chosen.map(({ id }) => id);
    let status = 0;
    let asked = 0;
    let reply: Partial<Accepted & Refusal> = {};
    try {
      const response = await options.fetch(to, {
        method: "POST",
        // A plain string is sent as text/plain, which needs no preflight, to another origin either.
        body: envelope(chosen),
        redirect: "error",
        keepalive,
        ...(keepalive ? {} : { signal: AbortSignal.timeout?.(attempt) ?? null }),
      });
      status = response.status;
      asked = retryAfter(response.headers.get("retry-after"), now());
      // Chromium counts a keepalive request against its 64 KiB until the body of the answer has been read.
      reply = JSON.parse((await response.text()) || "{}");
    } catch {
      // No answer, or none of ours: both count as not delivered, below.
    }
    if (status === 204 || (status === 202 && reply.rejected)) {
      for (const { id, message } of reply.rejected ?? [])
        fail(new IsothermError("batch_rejected", `${id}: ${message}`));
      delivered += chosen.filter(({ reason }) => !reason).length;
      outbox().forget(ids);
      outbox().setPause({ until: 0, failures: 0 });
      most = limits.batches;
      return true;
    }
    if (status === 413 || (status === 400 && reply.code === "envelope_invalid")) {
      const batches = chosen.filter(({ reason }) => !reason);
      most = Math.ceil(batches.length / 2);
      if (batches.length === 1 && batches[0]) {
        outbox().put(tombstone(batches[0], "rejected"));
        fail(new IsothermError("batch_rejected", reply.message ?? `the server answered ${status}`));
        most = limits.batches;
      }
      return true;
    }
    unreachable = !status;
    const failures = outbox().pause().failures + 1;
    const slowly = status > 399 && status < 500 && status !== 408 && status !== 429;
    outbox().setPause({ until: now() + backoff(failures, random(), asked, slowly), failures });
    if (status) fail(new IsothermError("delivery_refused", reply.message ?? `${to} answered ${status}`));
    return false;
  };

  const work = async (force: boolean): Promise<number> => {
    const before = delivered;
    const alone = await outbox().alone(async () => {
      while (force || !hidden()) {
        const chosen = choose(await outbox().read(), limits.requestBytes);
        if (!chosen.length || (!force && now() < outbox().pause().until) || !(await post(chosen, false))) break;
      }
    });
    const waiting = await outbox().read();
    if (waiting.some(({ reason }) => !reason)) later(alone ? outbox().pause().until - now() : 1_000 + 1_000 * random());
    return delivered - before;
  };

  const drain = (force = false): Promise<number> => {
    clearTimeout(timer);
    draining ??= work(force).finally(() => {
      draining = undefined;
    });
    return draining;
  };

  const later = (wait: number): void => {
    clearTimeout(timer);
    if (!hidden()) timer = setTimeout(drain, Math.max(0, wait));
  };

  return {
    async drain(force) {
      if (force) await draining;
      return drain(force);
    },
    leave() {
      clearTimeout(timer);
      const chosen = choose(outbox().own(), room);
      if (!chosen.length) return;
      if (!options.keepalive) {
        // Accepted is not delivered: offline, Chromium answers true and the data is gone. So nothing is forgotten.
        options.sendBeacon(to, envelope(chosen));
        return;
      }
      const bytes = chosen.reduce((sum, one) => sum + one.bytes, overhead);
      room -= bytes;
      for (const { id } of chosen) leaving.add(id);
      post(chosen, true).finally(() => {
        room += bytes;
        for (const { id } of chosen) leaving.delete(id);
        if (!hidden()) drain();
      });
    },
    wake(online) {
      if (online && unreachable) outbox().setPause({ ...outbox().pause(), until: now() + random() * 2_000 });
      if (!hidden()) drain();
    },
  };
}
