import type { Client } from "../relay.js";
import { chunksOf } from "./chunks-of.js";
import type { Answer, Incoming } from "./exchange.js";
import { readLimited } from "./read-limited.js";

/** A standard `Request` as the core takes it. */
export function incomingOf(request: Request, { address, country, region, city, waitUntil }: Client): Incoming {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search,
    peer: address,
    country,
    region,
    city,
    waitUntil,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (limit, hold) => readLimited(request.body && chunksOf(request.body), limit, hold),
  };
}

/** The core's answer as a standard `Response`. */
export function responseOf({ status, headers, body }: Answer): Response {
  // Workers would pack a body once more that says how it is packed: https://developers.cloudflare.com/workers/runtime-apis/response/
  const packed = headers["content-encoding"] !== undefined && { encodeBody: "manual" };
  return new Response(body as BodyInit | null, { status, headers, ...packed });
}
