import type { Buckets } from "./buckets.js";
import { networkOf } from "./network.js";

/** The same buckets, of which addresses of one network share one. */
export function byNetwork({ take, give, wait, left }: Buckets): Buckets {
  return {
    take: (address, n) => take(networkOf(address), n),
    give: (address, n) => give(networkOf(address), n),
    wait: (address, n) => wait(networkOf(address), n),
    left: (address) => left(networkOf(address)),
  };
}
