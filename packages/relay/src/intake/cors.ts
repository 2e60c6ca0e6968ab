import type { Answer, Incoming } from "../web/exchange.js";

const dayInSeconds = 86_400;

/** Headers that let a page of an allowed origin read any answer, errors included. */
export function corsHeaders(incoming: Incoming, allowed: boolean): { readonly [name: string]: string } {
  const origin = incoming.header("origin");
  if (origin === undefined || !allowed) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    // sendBeacon always sends credentials; there are none here, but without this its preflight fails.
    ...(origin !== "null" && { "access-control-allow-credentials": "true" }),
    "access-control-expose-headers": "retry-after, x-request-id",
  };
}

/** The answer to a preflight, worth remembering for a day. */
export function preflight(): Answer {
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type, content-encoding, x-request-id, traceparent",
      "access-control-max-age": String(dayInSeconds),
    },
    body: null,
  };
}
