import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import { CollectorError } from "../collector-error.js";

/** Tells where a request came from, believing headers only from proxies that the operator named. */
export interface AddressReader {
  /** The visitor's address: the nearest one in `X-Forwarded-For` that no trusted proxy added for another proxy. */
  client(peer: string | undefined, headers: IncomingHttpHeaders): string;
  /** Whether the other end of the socket is a proxy whose headers are believed. */
  trusts(peer: string | undefined): boolean;
}

const remembered = 1_000;

/** Throws `options_invalid` for an entry that is neither an address nor a CIDR range. */
export function addressReader(trustProxy: readonly string[]): AddressReader {
  const trusted = new BlockList();
  for (const entry of trustProxy) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const most = family === "ipv6" ? 128 : 32;
    const width = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || !(width <= most))
      throw new CollectorError(
        "options_invalid",
        `trustProxy: ${entry} is neither an address nor a range as 10.0.0.0/8`,
      );
    trusted.addSubnet(address, width, family);
  }

  // A check takes as long as parsing a batch. Proxies are few and remembered; visitors are not.
  const proxies = new Set<string>();
  const trusts = (address: string): boolean => {
    if (proxies.has(address)) return true;
    const version = trustProxy.length === 0 ? 0 : isIP(address);
    if (version === 0 || !trusted.check(address, version === 6 ? "ipv6" : "ipv4")) return false;
    if (proxies.size < remembered) proxies.add(address);
    return true;
  };

  return {
    trusts: (peer) => trusts(plain(peer ?? "")),
    client(peer, headers) {
      let address = plain(peer ?? "");
      const forwarded = headers["x-forwarded-for"];
      const hops = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "")).split(",");
      for (const hop of hops.reverse()) {
        const next = plain(hop.trim());
        // Whatever stands before a hop that cannot be read was written by nobody that is trusted.
        if (!trusts(address) || isIP(next) === 0) break;
        address = next;
      }
      return address;
    },
  };
}

/** IPv4 out of an IPv6 socket as plain IPv4, without port and brackets, so that one visitor has one address. */
function plain(address: string): string {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address;
  return bare.toLowerCase().startsWith("::ffff:") && isIP(bare.slice(7)) === 4 ? bare.slice(7) : bare;
}
