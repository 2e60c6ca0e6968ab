import type { FastifyReply, FastifyRequest } from "fastify";
import { relayKeyHeader, relayKeyOf, type SignedRequest } from "../auth/relay-signature.js";
import { CollectorError } from "../collector-error.js";
import type { StoredKey } from "../store/store.js";
import type { IntakeParts } from "./parts.js";

const preflightSeconds = 86_400;

/**
 * What is judged before a body is read: the origin as far as it can be, whether anything is taken now, and the relay's
 * key, or else the rate of the address. Answers with the relay key of a signed request.
 */
export async function passGate(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: IntakeParts,
): Promise<StoredKey | undefined> {
  allowOrigin(request, reply, parts);
  if (request.method === "OPTIONS") return undefined;
  if (parts.closing()) throw new CollectorError("unavailable", "this collector is being closed", { retryAfter: 5 });
  parts.registry.known();
  const signed = signedRequest(request, parts);
  if (signed) return relayKeyOf(signed, parts);
  limitRate(request, parts);
  return undefined;
}

/** Answers a preflight. */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: IntakeParts,
): Promise<FastifyReply> {
  const { origin } = request.headers;
  if (origin === undefined || !parts.registry.known().allowsSomewhere(origin))
    throw new CollectorError("origin_refused", "no site lists this origin");
  return reply
    .code(204)
    .header("access-control-allow-methods", "POST")
    .header("access-control-allow-headers", "content-type, content-encoding, x-request-id")
    .header("access-control-max-age", String(preflightSeconds))
    .send();
}

/** Before the body is read, only the union of all sites' origins can be judged; the site's own are judged with its key. */
function allowOrigin(request: FastifyRequest, reply: FastifyReply, { registry }: IntakeParts): void {
  reply.header("vary", "Origin");
  const { origin } = request.headers;
  if (origin === undefined || !registry.current()?.allowsSomewhere(origin)) return;
  reply
    .header("access-control-allow-origin", origin)
    .header("access-control-expose-headers", "X-Request-Id, Retry-After");
}

/** A request that claims to come from a relay; null for any other. */
export function signedRequest(request: FastifyRequest, { addresses }: IntakeParts): SignedRequest | null {
  if (request.headers[relayKeyHeader] === undefined) return null;
  return {
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    address: addresses.client(request.socket.remoteAddress, request.headers),
  };
}

function limitRate(request: FastifyRequest, { addresses, requests }: IntakeParts): void {
  const wait = requests.take(addresses.client(request.socket.remoteAddress, request.headers));
  if (wait > 0)
    throw new CollectorError("rate_limited", "more requests came from this address than it may send in a minute", {
      retryAfter: Math.ceil(wait / 1000),
    });
}
