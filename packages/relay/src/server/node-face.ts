import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answer, Incoming } from "../web/exchange.js";
import { readLimited } from "../web/read-limited.js";

/** A Fastify request as the core takes it, its body still unread. */
export function incomingOf(request: FastifyRequest): Incoming {
  const { raw } = request;
  const { url = "/" } = raw;
  const query = url.indexOf("?");
  return {
    method: request.method,
    path: query === -1 ? url : url.slice(0, query),
    peer: raw.socket.remoteAddress ?? "",
    header(name) {
      const value = raw.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: (limit) => readLimited(raw, limit),
  };
}

/** Sends the core's answer. */
export function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  // Whoever is refused before the body was read may still be sending it: the connection is of no use to anybody then.
  if (status === 413) reply.header("connection", "close");
  return reply.send(
    typeof body === "string" || body === null ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  );
}
