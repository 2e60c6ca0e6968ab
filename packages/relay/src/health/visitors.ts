import type { ClientAddress } from "../client/client-address.js";
import { isPrivate } from "../client/private-address.js";
import type { Log } from "../log.js";

/** What the addresses of the visitors look like: `private` or `same` for all of them means that a proxy hides them. */
export type VisitorAddresses = "unknown" | "ok" | "private" | "same";

/** Watches whether visitors can be told apart by their addresses. */
export interface Visitors {
  saw(client: ClientAddress): void;
  state(): VisitorAddresses;
}

/** Requests after which a pattern is no accident. */
const enough = 100;

/** Watches from the first request on, and warns once when every visitor has a proxy's address. */
export function visitors(log: Log): Visitors {
  let seen = 0;
  let first: string | undefined;
  let different = false;
  let foreign = false;
  let warned = false;

  const state = (): VisitorAddresses => {
    if (different && foreign) return "ok";
    if (seen < enough) return "unknown";
    return foreign ? "same" : "private";
  };

  return {
    saw({ address, bytes }) {
      if (different && foreign) return;
      seen++;
      first ??= address;
      different ||= address !== first;
      foreign ||= bytes !== undefined && !isPrivate(bytes);
      if (seen !== enough || warned || state() === "ok") return;
      warned = true;
      log.warn(
        { addresses: state() },
        "every visitor so far has a proxy's address: name the proxy in trustProxy, or visitors cannot be told apart",
      );
    },
    state,
  };
}
