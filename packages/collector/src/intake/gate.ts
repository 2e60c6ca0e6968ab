import type { FastifyReply, FastifyRequest } from "fastify";
import { relayKeyHeader, relayKeyOf, type SignedRequest } from "../auth/relay-signature.js";
import { CollectorError } from "../collector-error.js";
import type { StoredKey } from "../store/sites.js";
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
  beOpen(request, reply, parts, ownHeaders);
  if (request.method === "OPTIONS") return undefined;
  const signed = signedRequest(request, parts);
  if (signed) return relayKeyOf(signed, parts);
  limitRate(request, parts);
  return undefined;
}

/** Headers of a way in, besides those of every request and answer: a page may send the ones and read the others. */
export interface PageHeaders {
  readonly sent: readonly string[];
  readonly read: readonly string[];
}

const ownHeaders: PageHeaders = { sent: [], read: [] };

/** The same for a way in that no relay takes. */
export function passOpenGate(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: IntakeParts,
  headers: PageHeaders,
): void {
  beOpen(request, reply, parts, headers);
  if (request.method !== "OPTIONS") limitRate(request, parts);
}

function beOpen(request: FastifyRequest, reply: FastifyReply, parts: IntakeParts, headers: PageHeaders): void {
  allowOrigin(request, reply, parts, headers);
  if (request.method !== "OPTIONS") requireOpen(parts);
}

/** Throws `unavailable` while nothing is taken. */
export function requireOpen({ closing, registry }: IntakeParts): void {
  if (closing()) throw new CollectorError("unavailable", "this collector is being closed", { retryAfter: 5 });
  registry.known();
}

/** Answers a preflight. */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: IntakeParts,
  { sent }: PageHeaders = ownHeaders,
): Promise<FastifyReply> {
  const { origin } = request.headers;
  if (origin === undefined || !parts.registry.known().allowsSomewhere(origin))
    throw new CollectorError("origin_refused", "no site lists this origin");
  return reply
    .code(204)
    .header("access-control-allow-methods", "POST")
    .header(
      "access-control-allow-headers",
      ["content-type, content-encoding, authorization, x-request-id", ...sent].join(", "),
    )
    .header("access-control-max-age", String(preflightSeconds))
    .send();
}

/** Before the body is read, only the union of all sites' origins can be judged; the site's own are judged with its key. */
function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  { registry }: IntakeParts,
  { read }: PageHeaders,
): void {
  reply.header("vary", "Origin");
  const { origin } = request.headers;
  if (origin === undefined || !registry.current()?.allowsSomewhere(origin)) return;
  reply
    .header("access-control-allow-origin", origin)
    .header("access-control-expose-headers", ["X-Request-Id, Retry-After", ...read].join(", "));
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
