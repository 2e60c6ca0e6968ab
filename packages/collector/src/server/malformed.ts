import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { CollectorError } from "../collector-error.js";
import { refusal } from "../refusal.js";

const wellFormed = /^[\w.:-]{1,128}$/;

/** The id that a proxy or relay gave a request, if it is one, so that their logs and ours can be read together. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && wellFormed.test(given) ? given : randomUUID();
}

/** Answers bytes that are no HTTP, in the one shape that errors have, and closes the line. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const timedOut = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = tooLarge
    ? "431 Request Header Fields Too Large"
    : timedOut
      ? "408 Request Timeout"
      : "400 Bad Request";
  const id = randomUUID();
  const message = timedOut ? "the request took too long to arrive" : "this is not a request that HTTP knows";
  const body = JSON.stringify(refusal(new CollectorError("envelope_invalid", message), id));
  const head = [
    `HTTP/1.1 ${status}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
