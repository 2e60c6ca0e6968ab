import { canonicalAddress, parseAddress } from "@isotherm/protocol/seal";
import { type AddressRange, inRange } from "./address-range.js";

/** Whose request it is. */
export interface ClientAddress {
  /** In one spelling; whatever the face said where that is no address. */
  readonly address: string;
  /** 4 or 16 bytes; undefined where it is no address. */
  readonly bytes: readonly number[] | undefined;
  /** The connection came from a trusted proxy, so its headers are believed. */
  readonly proxied: boolean;
}

/**
 * Walks `X-Forwarded-For` from its right end, where the nearest proxy wrote, as long as who wrote is trusted. What stands
 * further left may have been written by the client itself and is never looked at.
 */
export function clientAddress(
  peer: string,
  forwarded: string | undefined,
  trusted: readonly AddressRange[],
): ClientAddress {
  const isTrusted = (bytes: readonly number[]): boolean => trusted.some((range) => inRange(bytes, range));
  let address = peer;
  let bytes = parseAddress(peer);
  const proxied = bytes !== undefined && isTrusted(bytes);
  if (proxied && forwarded !== undefined) {
    for (const entry of forwarded.split(",").reverse()) {
      if (bytes === undefined || !isTrusted(bytes)) break;
      const hop = withoutPort(entry.trim());
      const next = parseAddress(hop);
      if (next === undefined) break;
      address = hop;
      bytes = next;
    }
  }
  return { address: canonicalAddress(address), bytes, proxied };
}

function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^[\d.]+:\d+$/.test(hop) ? hop.slice(0, hop.indexOf(":")) : hop;
}
