import { RelayError } from "../relay-error.js";
import type { Held, Incoming } from "../web/exchange.js";

/** Where bodies are while their requests are under way: so much of them and no more, however many come at once. */
export interface Room {
  /** Gives a request a place; `leave` lets go of everything that it holds. */
  enter(incoming: Incoming): { readonly held: Held; leave(): void };
  /** Bytes that are held now, and the most that may be. */
  state(): { readonly bytes: number; readonly maxBytes: number };
}

/** What is under way is over sooner than this, in seconds, unless the disk hangs. */
const retryAfter = 2;

/** An empty room of so many bytes. A request that is alone gets as much as it needs, or a small room would never take it. */
export function room(maxBytes: number): Room {
  let bytes = 0;
  return {
    enter(incoming) {
      let own = 0;
      const hold = (more: number): void => {
        if (bytes > own && bytes + more > maxBytes)
          throw new RelayError("unavailable", "too many requests are under way; try again", { retryAfter });
        own += more;
        bytes += more;
      };
      return {
        held: { ...incoming, hold, body: (limit) => incoming.body(limit, hold) },
        leave() {
          bytes -= own;
          own = 0;
        },
      };
    },
    state: () => ({ bytes, maxBytes }),
  };
}
