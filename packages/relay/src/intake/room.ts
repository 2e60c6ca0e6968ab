import { snapshotLimits } from "@isotherm/protocol";
import { clientAddress } from "../client/client-address.js";
import type { Trust } from "../client/trust.js";
import { RelayError } from "../relay-error.js";
import type { Held, Incoming } from "../web/exchange.js";
import { networkName } from "./network-name.js";

/** Where bodies are while their requests are under way: so much of them and no more, however many come at once. */
export interface Room {
  /** Gives a request a place; `leave` lets go of everything that it holds. */
  enter(incoming: Incoming): { readonly held: Held; leave(): void };
  /** Bytes that are held now, and the most that may be. */
  state(): { readonly bytes: number; readonly maxBytes: number };
}

/** What is under way is over sooner than this, in seconds, unless the disk hangs. */
const retryAfter = 2;

/** What the largest request holds: a snapshot, as it came and unpacked. */
const largest = snapshotLimits.bytes + snapshotLimits.inflatedBytes;

/** What one network may hold, so that slow requests of one cannot shut out all others. */
const shareOf = (maxBytes: number): number => Math.max(maxBytes / 4, Math.min(largest, maxBytes / 2));

/**
 * An empty room of so many bytes, of which each network may hold its share. A request that is alone gets as much as it
 * needs, or a small room would never take it.
 */
export function room(maxBytes: number, trust: Trust): Room {
  const share = shareOf(maxBytes);
  const networks = new Map<string, number>();
  let bytes = 0;
  return {
    enter(incoming) {
      let network: string | undefined;
      let own = 0;
      const hold = (more: number): void => {
        network ??= networkName(clientAddress(incoming, trust));
        const theirs = networks.get(network) ?? 0;
        if ((bytes > own && bytes + more > maxBytes) || (theirs > own && theirs + more > share))
          throw new RelayError("unavailable", "too many requests are under way; try again", { retryAfter });
        networks.set(network, theirs + more);
        own += more;
        bytes += more;
      };
      return {
        held: { ...incoming, hold, body: (limit) => incoming.body(limit, hold) },
        leave() {
          if (network === undefined) return;
          const rest = (networks.get(network) ?? 0) - own;
          if (rest > 0) networks.set(network, rest);
          else networks.delete(network);
          bytes -= own;
          own = 0;
        },
      };
    },
    state: () => ({ bytes, maxBytes }),
  };
}
