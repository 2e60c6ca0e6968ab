import type { ClientAddress } from "../client/client-address.js";
import { RelayError } from "../relay-error.js";
import { networkName } from "./network-name.js";
import { type TokenBuckets, tokenBuckets } from "./token-buckets.js";

/** How much one address and one key may send. */
export interface Rate {
  /** Throws `rate_limited` when the client has sent more requests than it may. */
  request(client: ClientAddress): void;
  /** Throws `rate_limited` when more events came under the key than may. */
  events(key: string, count: number): void;
  /** These events came for nothing, and will come again: they do not count. */
  notTaken(key: string, count: number): void;
}

/** Addresses remembered at most; at about 100 bytes each. */
const capacity = 65_536;

/** Rate limits that forget who stayed away. */
export function rate(options: { requestsPerMinute: number; eventsPerMinute: number; now: () => number }): Rate {
  const { requestsPerMinute, eventsPerMinute, now } = options;
  const addresses = tokenBuckets({ perMinute: requestsPerMinute, capacity, now });
  const keys = tokenBuckets({ perMinute: eventsPerMinute, capacity, now });
  return {
    request: (client) => demand(addresses, networkName(client), 1, "too many requests from this address"),
    events: (key, count) => demand(keys, key, count, "too many events under this key"),
    notTaken: (key, count) => keys.give(key, count),
  };
}

function demand(buckets: TokenBuckets, name: string, cost: number, message: string): void {
  const wait = buckets.take(name, cost);
  if (wait > 0) throw new RelayError("rate_limited", message, { retryAfter: Math.ceil(wait / 1_000) });
}
