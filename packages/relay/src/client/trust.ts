import type { Incoming } from "../web/exchange.js";
import { type AddressRange, parseRange } from "./address-range.js";

/** How a proxy that has no address of its own, as a platform's, shows that a request comes through it. */
export interface ProxyProof {
  /** Header that it writes the secret into, as `x-from-our-proxy`. */
  readonly header: string;
  /** At least 16 characters that nobody else knows. */
  readonly secret: string;
  /** Header that it writes the visitor's address into, over whatever the visitor wrote there. @default "x-forwarded-for" */
  readonly addressHeader?: string;
}

/** Whose word on a visitor's address is believed. */
export interface Trust {
  readonly ranges: readonly AddressRange[];
  readonly proof: ProxyProof | undefined;
}

/** The trust that options speak of. */
export const trustOf = (options: {
  readonly trustProxy?: readonly string[];
  readonly proxyProof?: ProxyProof;
}): Trust => ({
  ranges: (options.trustProxy ?? []).flatMap((range) => parseRange(range) ?? []),
  proof: options.proxyProof,
});

/** Whether a request shows the proxy's secret. */
export function hasProof({ header }: Pick<Incoming, "header">, { proof }: Trust): boolean {
  return proof !== undefined && isSame(header(proof.header.toLowerCase()) ?? "", proof.secret);
}

/** Compares two texts in a time that does not tell where they differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index % other.length);
  }
  return difference === 0;
}
