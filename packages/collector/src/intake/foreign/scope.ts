import type { FastifyInstance, FastifyRequest } from "fastify";
import { answerPreflight, type PageHeaders, passOpenGate } from "../gate.js";
import type { IntakeParts } from "../parts.js";
import { takeBodies } from "../take-bodies.js";

/** Makes a scope of its own a way in: bodies of any type, the gate that browsers pass, and preflights for `paths`. */
export function openScope(
  app: FastifyInstance,
  parts: IntakeParts,
  paths: readonly string[],
  headers: PageHeaders = { sent: [], read: [] },
): void {
  takeBodies(app, parts);
  app.addHook("onRequest", async (request, reply) => passOpenGate(request, reply, parts, headers));
  for (const path of paths)
    app.options(path, { schema: { hide: true } }, (request, reply) => answerPreflight(request, reply, parts, headers));
}

/** The bytes of a request's body. */
export const bytesOf = ({ body }: FastifyRequest): Uint8Array => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));
