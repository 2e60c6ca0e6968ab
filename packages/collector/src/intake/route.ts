import type { FastifyInstance, FastifyRequest } from "fastify";
import { answers, body, errorAnswers } from "../api/schema/answers.js";
import { checkSignature } from "../auth/relay-signature.js";
import type { StoredKey } from "../store/sites.js";
import { answerPreflight, passGate, signedRequest } from "./gate.js";
import type { IntakeParts } from "./parts.js";
import { takeBodies } from "./take-bodies.js";
import { takeDirect } from "./take-direct.js";
import { takeSigned } from "./take-signed.js";

const path = "/v1/batches";

/** Takes batches: signed ones from relays, bare ones straight from browsers. A 2xx means that they are durable. */
export function intakeRoute(app: FastifyInstance, parts: IntakeParts): void {
  const relayKeys = new WeakMap<FastifyRequest, StoredKey>();

  takeBodies(app, parts);
  app.addHook("onRequest", async (request, reply) => {
    const relayKey = await passGate(request, reply, parts);
    if (relayKey) relayKeys.set(request, relayKey);
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
            "token_invalid",
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
      const silent = taken.duplicate === 0 && taken.rejected.length === 0 && taken.hints === undefined;
      if (silent) return reply.code(204).send();
      return reply.code(202).send(taken);
    },
  );

  app.options(path, { schema: { hide: true } }, (request, reply) => answerPreflight(request, reply, parts));
}
