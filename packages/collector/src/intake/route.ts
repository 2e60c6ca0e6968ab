import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answers, body, errorAnswers } from "../api/schema/answers.js";
import { checkSignature, relayKeyHeader, relayKeyOf, type SignedRequest } from "../auth/relay-signature.js";
import { CollectorError } from "../collector-error.js";
import type { StoredKey } from "../store/store.js";
import type { IntakeParts } from "./parts.js";
import { readBody } from "./read-body.js";
import { takeDirect } from "./take-direct.js";
import { takeSigned } from "./take-signed.js";

const path = "/v1/batches";
const preflightSeconds = 86_400;

/** Takes batches: signed ones from relays, bare ones straight from browsers. A 2xx means that they are durable. */
export function intakeRoute(app: FastifyInstance, parts: IntakeParts): void {
  const relayKeys = new WeakMap<FastifyRequest, StoredKey>();

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(request.headers, payload),
  );

  app.addHook("onRequest", async (request, reply) => {
    allowOrigin(request, reply, parts);
    if (request.method === "OPTIONS") return;
    if (parts.closing()) throw new CollectorError("unavailable", "this collector is being closed", { retryAfter: 5 });
    parts.registry.known();
    const signed = signedRequest(request, parts);
    if (signed) relayKeys.set(request, await relayKeyOf(signed, parts));
    else limitRate(request, parts);
  });

  app.post(
    path,
    {
      schema: {
        operationId: "batches",
        tags: ["intake"],
        summary: "Takes an envelope of batches; 2xx means: on disk",
        description:
          "With `relay-key-id` and the headers of Standard Webhooks from a relay, whose `edge` is believed; without them straight from a browser, by the site's public key and origins. The envelope is described at https://github.com/isotherm/isotherm.",
        security: [{}, { relaySignature: [], relayKey: [] }],
        body: body(["Envelope", "SealedEnvelope"], ["application/json", "text/plain"]),
        response: {
          202: answers("Accepted", "Accepted, with something to say about some batches"),
          204: { type: "null", description: "Everything was accepted" },
          ...errorAnswers([
            "envelope_invalid",
            "key_unknown",
            "signature_invalid",
            "origin_refused",
            "body_too_large",
            "encoding_unsupported",
            "rate_limited",
            "unavailable",
          ]),
        },
      },
    },
    async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const relayKey = relayKeys.get(request);
      const signed = signedRequest(request, parts);
      if (signed && relayKey) await checkSignature(signed, bytes, relayKey, parts);
      const taken = relayKey
        ? await takeSigned(bytes, relayKey, parts)
        : await takeDirect({ body: bytes, headers: request.headers, peer: request.socket.remoteAddress }, parts);
      reply.header("cache-control", "no-store");
      if (taken.duplicate === 0 && taken.rejected.length === 0) return reply.code(204).send();
      return reply.code(202).send(taken);
    },
  );

  app.options(path, { schema: { hide: true } }, async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !parts.registry.known().allowsSomewhere(origin))
      throw new CollectorError("origin_refused", "no site lists this origin");
    return reply
      .code(204)
      .header("access-control-allow-methods", "POST")
      .header("access-control-allow-headers", "content-type, content-encoding, x-request-id")
      .header("access-control-max-age", String(preflightSeconds))
      .send();
  });
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

function signedRequest(request: FastifyRequest, { addresses }: IntakeParts): SignedRequest | null {
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
