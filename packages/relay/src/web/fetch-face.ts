import type { Client } from "../relay.js";
import { chunksOf } from "./chunks-of.js";
import type { Answer, Incoming } from "./exchange.js";
import { readLimited } from "./read-limited.js";

/** A standard `Request` as the core takes it. */
export function incomingOf(request: Request, { address, country }: Client): Incoming {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search,
    peer: address,
    country,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (limit) => readLimited(request.body && chunksOf(request.body), limit),
  };
}

/** The core's answer as a standard `Response`. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body as BodyInit | null, { status, headers });
}
