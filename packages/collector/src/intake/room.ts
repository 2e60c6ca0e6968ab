import { CollectorError } from "../collector-error.js";

/** Where bodies are while their requests are under way: so much of them and no more, however many come at once. */
export interface Room {
  /** A place for one request. */
  enter(): Place;
  /** Bytes that are held now, the most that may be, and the requests that found no room since the start. */
  state(): { readonly bytes: number; readonly maxBytes: number; readonly turnedAway: number };
}

/** What one request holds. */
export interface Place {
  /**
   * Holds so many bytes more. Throws `unavailable` where others leave no room for them; a request that is alone gets as
   * much as it needs, or a small room would never take it.
   */
  take(bytes: number): void;
  /** Lets go of everything. */
  leave(): void;
}

/** What is under way is over sooner than this, in seconds, unless the disk hangs. */
const retryAfter = 2;

/** An empty room of so many bytes. */
export function room(maxBytes: number): Room {
  let held = 0;
  let turnedAway = 0;
  return {
    enter() {
      let own = 0;
      return {
        take(bytes) {
          if (held > own && held + bytes > maxBytes) {
            turnedAway++;
            throw new CollectorError("unavailable", "too many requests are under way; try again", { retryAfter });
          }
          own += bytes;
          held += bytes;
        },
        leave() {
          held -= own;
          own = 0;
        },
      };
    },
    state: () => ({ bytes: held, maxBytes, turnedAway }),
  };
}
