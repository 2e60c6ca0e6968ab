import type { ClientAddress } from "../client/client-address.js";

/** What a client is counted under: whoever has one IPv6 address has the 2^64 of its network. */
export function networkName({ address, bytes }: ClientAddress): string {
  return bytes?.length === 16 ? String.fromCharCode(...bytes.slice(0, 8)) : address;
}
