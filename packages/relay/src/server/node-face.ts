import type { IncomingMessage } from "node:http";
import type { FastifyReply } from "fastify";
import type { Answer, Incoming } from "../web/exchange.js";
import { readLimited } from "../web/read-limited.js";

/** A request of Node's as the core takes it, its body still unread. */
export function incomingOf(raw: IncomingMessage): Incoming {
  // Express and Connect take the path that an app is mounted on out of `url`.
  const { originalUrl: url = raw.url ?? "/" } = raw as IncomingMessage & { readonly originalUrl?: string };
  const query = url.indexOf("?");
  return {
    method: raw.method ?? "GET",
    path: query === -1 ? url : url.slice(0, query),
    query: query === -1 ? "" : url.slice(query),
    peer: raw.socket.remoteAddress ?? "",
    header(name) {
      const value = raw.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    // The request outlives its reader, so that what is left of it can be thrown away.
    body: (limit, hold) => readLimited(raw.iterator({ destroyOnReturn: false }), limit, hold),
  };
}

/** Sends the core's answer. */
export function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  // Whoever is refused before the body was read may still be sending it: were the line cut, the answer would be lost.
  if (status >= 400) reply.request.raw.resume();
  return reply.send(
    typeof body === "string" || body === null ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  );
}
