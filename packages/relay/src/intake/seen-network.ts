import { truncateAddress } from "@isotherm/protocol/seal";
import { clientAddress } from "../client/client-address.js";
import type { Trust } from "../client/trust.js";
import type { Incoming } from "../web/exchange.js";

const preference = "seen-network";

/**
 * Tells a caller who asks by `Prefer: seen-network` (RFC 7240) the network that its request seems to come from, cut as a
 * batch keeps it: whether visitors can be told apart is seen from outside only so. It learns of nobody but itself, and no
 * page can ask for its visitor: a browser puts `Origin` or `Sec-Fetch-Site` on every POST, which scripts cannot take off.
 */
export function seenNetwork(incoming: Incoming, trust: Trust): { readonly [name: string]: string } {
  const isPage = incoming.header("origin") !== undefined || incoming.header("sec-fetch-site") !== undefined;
  if (incoming.method !== "POST" || isPage || incoming.header("prefer")?.trim() !== preference) return {};
  const network = truncateAddress(clientAddress(incoming, trust).address) ?? "unknown";
  return { "preference-applied": `${preference}="${network}"` };
}
