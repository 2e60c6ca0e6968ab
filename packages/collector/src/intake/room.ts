import { snapshotLimits } from "@isotherm/protocol";
import { networkOf } from "../auth/network.js";
import { CollectorError } from "../collector-error.js";

/** Where bodies are while their requests are under way: so much of them and no more, however many come at once. */
export interface Room {
  /** A place for one request that comes from an address. */
  enter(address: string): Place;
  /** Bytes that are held now, the most that may be, and the requests that found no room since the start. */
  state(): { readonly bytes: number; readonly maxBytes: number; readonly turnedAway: number };
}

/** What one request holds. */
export interface Place {
  /**
   * Holds so many bytes more. Throws `unavailable` where others leave no room for them, or others of its network none of
   * the network's share, and once the place was left; a request that is alone gets as much as it needs, or a small room
   * would never take it.
   */
  take(bytes: number): void;
  /** Lets go of everything, for good. */
  leave(): void;
}

/** What is under way is over sooner than this, in seconds, unless the disk hangs. */
const retryAfter = 2;

/** What the largest request holds: a snapshot, as it came and unpacked. */
const largest = snapshotLimits.bytes + snapshotLimits.inflatedBytes;

/**
 * What one network may hold, so that slow requests of one cannot shut out all others. Of the usual room it is 10 MiB: an
 * Isotherm relay, which is one network whoever its visitors are, sends 4 requests of 1 MiB at once.
 */
const shareOf = (maxBytes: number): number => Math.max(maxBytes / 4, Math.min(largest, maxBytes / 2));

/** An empty room of so many bytes. */
export function room(maxBytes: number): Room {
  const share = shareOf(maxBytes);
  const networks = new Map<string, number>();
  let held = 0;
  let turnedAway = 0;
  return {
    enter(address) {
      const network = networkOf(address);
      let own = 0;
      let hasLeft = false;
      const add = (bytes: number): void => {
        const all = (networks.get(network) ?? 0) + bytes;
        if (all === 0) networks.delete(network);
        else networks.set(network, all);
        own += bytes;
        held += bytes;
      };
      return {
        take(bytes) {
          // What unpacking takes after the sender is gone would be given back by nobody.
          if (hasLeft) throw new CollectorError("unavailable", "whoever sent this is gone", { retryAfter });
          const theirs = networks.get(network) ?? 0;
          if ((held > own && held + bytes > maxBytes) || (theirs > own && theirs + bytes > share)) {
            turnedAway++;
            throw new CollectorError("unavailable", "too many requests are under way; try again", { retryAfter });
          }
          add(bytes);
        },
        leave() {
          hasLeft = true;
          add(-own);
        },
      };
    },
    state: () => ({ bytes: held, maxBytes, turnedAway }),
  };
}
