import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Relay } from "../relay.js";
import { incomingOf, send } from "./node-face.js";

/** Answers a Fastify request. */
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** What answers for a relay. */
export const handlerOf =
  (relay: Relay): Handler =>
  async (request, reply) =>
    send(reply, await relay.answer(incomingOf(request.raw)));

/** Lets a Fastify instance answer for a relay, on its paths. */
export function serve(app: FastifyInstance, relay: Relay): void {
  app.removeAllContentTypeParsers();
  // The core reads bodies itself, within its limits, whatever type they say they are.
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const handler = handlerOf(relay);
  for (const path of relay.paths) {
    // Before Fastify looks at the body's type: what it refuses is in no ledger and lacks the headers that a page needs.
    app.all(path, { onRequest: handler }, handler);
  }
}
