import type { Refusal, RefusalCode } from "@isotherm/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CollectorError } from "./collector-error.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a foreign intake calls our codes in its answers; those that are not listed keep their names. */
    dialect?: { readonly [code in RefusalCode]?: string };
  }
}

const titles: { readonly [code in RefusalCode]: string } = {
  envelope_invalid: "invalid envelope",
  query_invalid: "invalid query",
  snapshot_invalid: "invalid snapshot",
  key_unknown: "unknown key",
  signature_invalid: "invalid signature",
  token_invalid: "invalid token",
  scope_missing: "scope missing",
  origin_refused: "origin refused",
  not_found: "not found",
  method_refused: "method refused",
  id_taken: "id taken",
  body_too_large: "body too large",
  encoding_unsupported: "unsupported encoding",
  rate_limited: "rate limited",
  internal: "internal error",
  unavailable: "unavailable",
};

const byStatus: ReadonlyMap<number, RefusalCode> = new Map([
  [400, "envelope_invalid"],
  [404, "not_found"],
  [405, "method_refused"],
  [413, "body_too_large"],
  [415, "encoding_unsupported"],
  [429, "rate_limited"],
  [503, "unavailable"],
]);

/** The body of every error answer. */
export function refusal(error: CollectorError, requestId: string): Refusal {
  const { refusal: code, message, details } = error;
  return { error: titles[code], code, message, requestId, ...(details !== undefined && { details }) };
}

/** Any error as one of ours. What is neither ours nor the sender's fault becomes `internal`, and tells nothing of itself. */
export function asCollectorError(error: unknown, fallback: RefusalCode = "envelope_invalid"): CollectorError {
  if (error instanceof CollectorError) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  // Fastify's, for a part of the path that is longer than any id.
  if (status === 414) return new CollectorError("not_found", "nothing has an id as long as this", { cause: error });
  const code = status === 400 ? fallback : byStatus.get(status);
  if (code === undefined || !(error instanceof Error))
    return new CollectorError("internal", "something went wrong here; the log has it under this request id", {
      cause: error,
    });
  return new CollectorError(code, error.message, { cause: error });
}

/** Answers with an error in the one shape that errors have. */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: CollectorError): FastifyReply {
  if (error.refusal === "internal") request.log.error({ err: error.cause ?? error }, error.message);
  const retryAfter = error.retryAfter ?? (error.refusal === "unavailable" ? 5 : undefined);
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  if (error.refusal === "token_invalid") reply.header("www-authenticate", 'Bearer realm="isotherm"');
  const code = error.dialect ?? request.routeOptions?.config?.dialect?.[error.refusal];
  // Fastify would close the line at a fault of the body, and whoever is still sending it lose the answer. The rest is
  // thrown away instead, for as long as a request may take to arrive.
  reply.removeHeader("connection");
  request.raw.resume();
  return reply
    .code(error.statusCode)
    .header("x-request-id", request.id)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .send(JSON.stringify({ ...refusal(error, request.id), ...(code !== undefined && { code }) }));
}
