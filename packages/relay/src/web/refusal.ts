import { type Refusal, type RefusalCode, refusalStatus } from "@isotherm/protocol";
import type { RelayError } from "../relay-error.js";
import type { Answer } from "./exchange.js";

/** The answer that carries an error, in the one shape that errors have everywhere. */
export function refusalAnswer(error: RelayError, requestId: string): Answer {
  const code = error.refusal;
  const body: Refusal = {
    error: code.replaceAll("_", " "),
    code,
    message: error.message,
    requestId,
    ...(error.details !== undefined && { details: error.details }),
  };
  return {
    status: refusalStatus[code satisfies RefusalCode],
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(error.retryAfter !== undefined && { "retry-after": String(error.retryAfter) }),
    },
    body: JSON.stringify(body),
  };
}
