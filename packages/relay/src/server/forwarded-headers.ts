import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { clientAddress } from "../client/client-address.js";
import type { Trust } from "../client/trust.js";
import { incomingOf } from "./node-face.js";

/** What a proxy says of a request that came to it; of anybody else it is a claim. */
const claims = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-real-ip",
];

/**
 * A request's headers for another server, which believes the relay: what others say of where the request came from is kept
 * only where they are trusted, and the secret by which a proxy is known stays here.
 */
export function forwardedHeaders(
  raw: IncomingMessage,
  headers: IncomingHttpHeaders,
  trust: Trust,
): IncomingHttpHeaders {
  const incoming = incomingOf(raw);
  const { address, proxied } = clientAddress(incoming, trust);
  const { addressHeader = "x-forwarded-for", header: proof } = trust.proof ?? {};
  const withheld = new Set([
    ...(proof === undefined ? [] : [proof.toLowerCase()]),
    ...(proxied ? [] : [...claims, addressHeader.toLowerCase()]),
  ]);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !withheld.has(name)));
  // A proxy that writes the address elsewhere leaves this header to the visitor.
  const before = addressHeader.toLowerCase() === "x-forwarded-for" ? incoming.header("x-forwarded-for") : address;
  return {
    ...kept,
    "x-forwarded-for": [proxied ? before : undefined, incoming.peer].filter(Boolean).join(", "),
    "x-forwarded-host": kept["x-forwarded-host"] ?? raw.headers.host ?? "",
    "x-forwarded-proto": kept["x-forwarded-proto"] ?? "http",
  };
}
