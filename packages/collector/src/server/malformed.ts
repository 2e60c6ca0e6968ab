import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CollectorError } from "../collector-error.js";
import { refusal, refuse } from "../refusal.js";

const wellFormed = /^[\w.:-]{1,128}$/;

/** The id that a proxy or relay gave a request, if it is one, so that their logs and ours can be read together. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && wellFormed.test(given) ? given : randomUUID();
}

/** Refuses a request that names no host (https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6). */
export async function requireHost(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.raw.httpVersion !== "1.1" || request.headers.host !== undefined) return;
  return refuse(request, reply, new CollectorError("envelope_invalid", "a request over HTTP/1.1 has to name its host"));
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers bytes that are no HTTP, once the requests that came before them on the same line have their answers. */
export interface MalformedAnswers {
  /** Notes every request of a server. */
  watch(server: Server): void;
  /** Answers in the one shape that errors have, and closes the line. */
  answer(error: Error & { readonly code?: string }, socket: Socket): void;
}

/** Answers of one server. */
export function malformedAnswers(): MalformedAnswers {
  const latest = new WeakMap<Socket, Exchange>();
  const answered = new WeakSet<Socket>();
  return {
    watch(server) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        latest.set(request.socket, { request, response });
      });
    },
    answer(error, socket) {
      if (error.code === "ECONNRESET" || !socket.writable || answered.has(socket)) return;
      answered.add(socket);
      const { request, response } = latest.get(socket) ?? {};
      // This one has its answer, while the rest of it is thrown away.
      if (request && !request.complete && response?.writableEnded) {
        socket.destroy();
        return;
      }
      // Told now, whoever sent that one would take this refusal for its answer, and throw away what may be stored.
      if (request?.complete && response && !response.writableFinished)
        response.once("close", () => say(error.code ?? "", socket));
      else say(error.code ?? "", socket);
    },
  };
}

function say(code: string, socket: Socket): void {
  const [status, message] = reasons[code] ?? ["400 Bad Request", "this is not a request that HTTP knows"];
  const id = randomUUID();
  const body = JSON.stringify(refusal(new CollectorError("envelope_invalid", message), id));
  const head = [
    `HTTP/1.1 ${status}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  // Cut off at once, whoever is still sending might lose the answer; one that never closes shall not keep the socket.
  const late = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(late));
}

/** How long the other side has to close the line after it was refused, in ms. */
const lingerMs = 1_000;

// https://nodejs.org/api/http.html#event-clienterror
const reasons: { readonly [code: string]: readonly [status: string, message: string] } = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the request took too long to arrive"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "the request's address and headers are too long"],
};
