import type { IncomingMessage } from "node:http";
import { limits } from "@isotherm/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { leaveWithLine } from "./leave-with-line.js";
import type { IntakeParts } from "./parts.js";
import { type BodySize, readBody } from "./read-body.js";
import type { Place } from "./room.js";

const usual: BodySize = { sent: limits.requestBytes, inflated: limits.requestBytes };

/** Lets a scope take bodies of any type as they are, up to a size. They hold room until their requests are answered. */
export function takeBodies(
  app: FastifyInstance,
  { room, addresses }: Pick<IntakeParts, "room" | "addresses">,
  most: BodySize = usual,
): void {
  const places = new WeakMap<FastifyRequest, Place>();
  app.addHook("preParsing", (request, reply, payload, done) => {
    const { socket } = request.raw;
    const place = room.enter(addresses.client(socket.remoteAddress, request.headers));
    places.set(request, place);
    const takeOff = leaveWithLine(socket, place);
    reply.raw.once("close", () => {
      takeOff();
      place.leave();
    });
    done(null, payload);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage) =>
    readBody(request.headers, payload, most, places.get(request) as Place),
  );
}
