import { snapshotLimits } from "@isotherm/protocol";
import { snapshotRef } from "@isotherm/protocol/validate";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { body as bodyOf, errorAnswers, pathParameters } from "../api/schema/answers.js";
import { checkSignature } from "../auth/relay-signature.js";
import { CollectorError } from "../collector-error.js";
import { answerPreflight, passGate, signedRequest } from "../intake/gate.js";
import type { IntakeParts } from "../intake/parts.js";
import { takeBodies } from "../intake/take-bodies.js";
import type { StoredKey } from "../store/sites.js";
import { takeSnapshot } from "./take-snapshot.js";

const path = "/v1/batches/:ref";

/** Takes snapshots of pages, beside the batches: from relays under their signature, or straight from browsers. */
export function snapshotRoute(app: FastifyInstance, parts: IntakeParts): void {
  const relayKeys = new WeakMap<FastifyRequest, StoredKey>();

  takeBodies(app, parts, { sent: snapshotLimits.bytes, inflated: snapshotLimits.inflatedBytes });
  app.addHook("onRequest", async (request, reply) => {
    const relayKey = await passGate(request, reply, parts);
    if (relayKey) relayKeys.set(request, relayKey);
  });

  app.post<{ Params: { ref: string } }>(
    path,
    {
      schema: {
        operationId: "snapshotUpload",
        tags: ["intake"],
        summary: "Takes a snapshot of a page that was asked for in an answer's hints",
        description:
          "Two lines of JSON: what it shows, as the schema says, and the tree as rrweb-snapshot serialises it, without scripts, handlers, frames and inlined data. 204 whether it was kept or came too late; nothing of it is ever executed.",
        security: [{}, { relaySignature: [], relayKey: [] }],
        params: pathParameters({ ref: "A UUID that the sender chooses" }),
        body: bodyOf(["SnapshotHead"], ["text/plain"]),
        response: {
          204: { type: "null", description: "It was kept, or is not wanted any more" },
          ...errorAnswers([
            "snapshot_invalid",
            "key_unknown",
            "signature_invalid",
            "token_invalid",
            "origin_refused",
            "not_found",
            "body_too_large",
            "encoding_unsupported",
            "rate_limited",
            "unavailable",
          ]),
        },
      },
    },
    async (request, reply) => {
      const { ref } = request.params;
      if (!snapshotRef.test(ref)) throw new CollectorError("not_found", "a snapshot is named by a UUID");
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const relay = relayKeys.get(request);
      const signed = signedRequest(request, parts);
      if (signed && relay) await checkSignature(signed, body, relay, parts);
      parts.meters.snapshot(
        await takeSnapshot({ ref, body, headers: request.headers, peer: request.socket.remoteAddress, relay }, parts),
      );
      return reply.code(204).header("cache-control", "no-store").send();
    },
  );
  app.options(path, { schema: { hide: true } }, (request, reply) => answerPreflight(request, reply, parts));
}
