import type { Answer, Incoming } from "./exchange.js";
import { readLimited } from "./read-limited.js";

/** A standard `Request` as the core takes it. */
export function incomingOf(request: Request, peer: string): Incoming {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search,
    peer,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (limit) => readLimited(request.body as AsyncIterable<Uint8Array> | null, limit),
  };
}

/** The core's answer as a standard `Response`. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body as BodyInit | null, { status, headers });
}
