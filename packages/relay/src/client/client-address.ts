import { canonicalAddress, parseAddress } from "@isotherm/protocol/seal";
import type { Incoming } from "../web/exchange.js";
import { inRange } from "./address-range.js";
import { hasProof, type Trust } from "./trust.js";

/** Whose request it is. */
export interface ClientAddress {
  /** In one spelling; whatever the face said where that is no address. */
  readonly address: string;
  /** 4 or 16 bytes; undefined where it is no address. */
  readonly bytes: readonly number[] | undefined;
  /** It came through a trusted proxy, so that one's headers are believed. */
  readonly proxied: boolean;
}

/**
 * Walks `X-Forwarded-For` from its right end, where the nearest proxy wrote, as long as who wrote is trusted. What stands
 * further left may have been written by the client itself and is never looked at.
 */
export function clientAddress(incoming: Pick<Incoming, "peer" | "header">, trust: Trust): ClientAddress {
  const { peer } = incoming;
  const isTrusted = (hop: readonly number[] | undefined): boolean =>
    hop !== undefined && trust.ranges.some((range) => inRange(hop, range));
  let address = peer;
  let bytes = parseAddress(peer);
  const proven = hasProof(incoming, trust);
  const proxied = proven || isTrusted(bytes);
  const header = (proven && trust.proof?.addressHeader?.toLowerCase()) || "x-forwarded-for";
  const hops = proxied ? (incoming.header(header) ?? "").split(",").reverse() : [];
  for (const [index, entry] of hops.entries()) {
    if (index > 0 && !isTrusted(bytes)) break;
    const hop = withoutPort(entry.trim());
    const next = parseAddress(hop);
    if (next === undefined) break;
    address = hop;
    bytes = next;
  }
  return { address: canonicalAddress(address), bytes, proxied };
}

function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^[\d.]+:\d+$/.test(hop) ? hop.slice(0, hop.indexOf(":")) : hop;
}
