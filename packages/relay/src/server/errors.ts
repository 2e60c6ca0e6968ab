import type { FastifyReply, FastifyRequest } from "fastify";
import { faultOf } from "../fault.js";
import type { Log } from "../log.js";
import { RelayError } from "../relay-error.js";
import { refusalAnswer } from "../web/refusal.js";
import { requestIdOf } from "../web/request-id.js";
import { send } from "./node-face.js";

/** Answers an error of the server around the core in the shape that errors have everywhere. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const requestId = requestIdOf(request.headers["x-request-id"]?.toString());
  const refusal = refusalOf(error);
  if (refusal.code === "internal") log.error({ requestId, err: faultOf(error) }, "a request failed");
  const answer = refusalAnswer(refusal, requestId);
  return send(reply, { ...answer, headers: { ...answer.headers, "x-request-id": requestId } });
}

function refusalOf(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 415) return new RelayError("encoding_unsupported", "the request's Content-Type cannot be read");
  if (status === 413) return new RelayError("body_too_large", "the request is too large");
  if (status >= 400 && status < 500) return new RelayError("not_found", "nothing is served under this address");
  return new RelayError("internal", "the relay failed; its log says why under this id");
}
