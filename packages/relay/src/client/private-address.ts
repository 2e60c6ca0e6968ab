import { type AddressRange, inRange, parseRange } from "./address-range.js";

// RFC 1918, RFC 6598, loopback and link-local of both kinds, RFC 4193.
const ranges: readonly AddressRange[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "::1",
  "fe80::/10",
  "fc00::/7",
].flatMap((text) => parseRange(text) ?? []);

/** Whether an address can only be inside somebody's network: no visitor of a public site has one. */
export function isPrivate(address: readonly number[]): boolean {
  return ranges.some((range) => inRange(address, range));
}
