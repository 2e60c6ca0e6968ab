import type { IncomingMessage } from "node:http";
import { limits } from "@isotherm/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type BodySize, readBody } from "./read-body.js";
import type { Place, Room } from "./room.js";

const usual: BodySize = { sent: limits.requestBytes, inflated: limits.requestBytes };

/** Lets a scope take bodies of any type as they are, up to a size. They hold room until their requests are answered. */
export function takeBodies(app: FastifyInstance, room: Room, most: BodySize = usual): void {
  const places = new WeakMap<FastifyRequest, Place>();
  app.addHook("preParsing", (request, reply, payload, done) => {
    const place = room.enter();
    places.set(request, place);
    reply.raw.once("close", place.leave);
    done(null, payload);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(request.headers, payload, most, places.get(request) as Place),
  );
}
