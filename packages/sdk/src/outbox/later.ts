import { limits } from "@isotherm/protocol";
import type { Capture } from "../capture.js";

type FetchLater = (to: string, request: RequestInit) => void;

/**
 * For pages without `offline()`: leaves what the page could not send to the browser, which sends it once the page is
 * gone, where it has `fetchLater` (https://developer.mozilla.org/docs/Web/API/Window/fetchLater).
 */
export function later(): Capture {
  return (_emit, context) => {
    const { listen, options } = context;
    const { fetchLater } = window as { fetchLater?: FetchLater };
    const { send = fetch } = context;
    /** Bodies of requests on their way that outlive the page. */
    const leaving = new Set<unknown>();
    let left: AbortController | undefined;

    context.send = (to, request) => {
      const { body, keepalive } = request;
      if (keepalive) leaving.add(body);
      return send(to, request).finally(() => leaving.delete(body));
    };

    const change = ({ type }: Event): void => {
      // It fires as well when the page enters the back/forward cache: the server knows then what it is told again.
      left?.abort();
      if (!fetchLater || context.outbox || (type !== "pagehide" && !document.hidden)) return;
      // No `sentAt`: nobody knows when it will be sent.
      const head = `${JSON.stringify({ v: 1, key: options.key }).slice(0, -1)},"batches":[`;
      let free = limits.lastRequestBytes - head.length;
      const bodies = context.waiting
        .filter((one) => {
          const leaves = [...leaving].some((body) => `${body}`.includes(one.id));
          if (!leaves) free -= one.bytes + 1;
          return free > 1 && !leaves;
        })
        .slice(0, limits.batches)
        .map(({ body }) => body);
      if (!bodies[0]) return;
      left = new AbortController();
      try {
        fetchLater(options.to, { method: "POST", body: `${head}${bodies}]}`, signal: left.signal });
      } catch {
        // Forbidden by a permissions policy, or too much for it.
      }
    };

    // In the bubble phase, after the core: by then everything is frozen, and what fits is on its way.
    listen(window, "visibilitychange", change, false);
    listen(window, "pagehide", change, false);
    return () => left?.abort();
  };
}
