import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Log } from "../log.js";
import { RelayError } from "../relay-error.js";
import { refusalAnswer } from "../web/refusal.js";
import { requestIdOf } from "../web/request-id.js";
import { send } from "./node-face.js";

/** Answers an error of the server around the core in the shape that errors have everywhere. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const requestId = requestIdOf(request.headers["x-request-id"]?.toString());
  const refusal = refusalOf(error);
  if (refusal.code === "internal") log.error({ requestId, err: error }, "a request failed");
  const answer = refusalAnswer(refusal, requestId);
  return send(reply, { ...answer, headers: { ...answer.headers, "x-request-id": requestId } });
}

/** Answers what is no HTTP, or came too slowly, and closes the line. */
export function refuseBytes(error: { readonly code?: string }, socket: Socket): void {
  // The other side is gone already.
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusLines[error.code ?? ""] ?? "400 Bad Request";
  const refusal = new RelayError("envelope_invalid", "the request cannot be read as HTTP, or did not come in time");
  const requestId = requestIdOf(undefined);
  const { headers, body } = refusalAnswer(refusal, requestId);
  const text = String(body);
  const all = { ...headers, "content-length": text.length, "x-request-id": requestId, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status}`, ...lines, "", text].join("\r\n"));
}

// https://nodejs.org/api/http.html#event-clienterror
const statusLines: { readonly [code: string]: string } = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

function refusalOf(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 415) return new RelayError("encoding_unsupported", "the request's Content-Type cannot be read");
  if (status === 413) return new RelayError("body_too_large", "the request is too large");
  if (status >= 400 && status < 500) return new RelayError("not_found", "nothing is served under this address");
  return new RelayError("internal", "the relay failed; its log says why under this id");
}
