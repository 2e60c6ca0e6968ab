import type { Accepted } from "@isotherm/protocol";
import { RelayError } from "../relay-error.js";
import type { Answer, Incoming } from "../web/exchange.js";
import { refusalAnswer } from "../web/refusal.js";
import { corsHeaders, preflight } from "./cors.js";
import { type IntakeParts, takeIn } from "./intake.js";
import { originAllowed } from "./origin.js";

/** Answers whatever comes to the intake's path. Never throws: what is not the sender's mistake is a 500 in the one shape. */
export async function intakeAnswer(
  incoming: Incoming,
  requestId: string,
  parts: IntakeParts,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  const answer = await answered(incoming, requestId, parts, onFault);
  const cors = corsHeaders(incoming, originAllowed(incoming, parts.keeper.book));
  return { ...answer, headers: { ...answer.headers, ...cors } };
}

async function answered(
  incoming: Incoming,
  requestId: string,
  parts: IntakeParts,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  try {
    if (incoming.method === "OPTIONS") return preflight();
    if (incoming.method !== "POST") {
      const answer = refusalAnswer(new RelayError("method_refused", "send batches with POST"), requestId);
      return { ...answer, headers: { ...answer.headers, allow: "POST, OPTIONS" } };
    }
    return acceptedAnswer(await takeIn(incoming, parts));
  } catch (error) {
    if (error instanceof RelayError) return refusalAnswer(error, requestId);
    onFault(error);
    return refusalAnswer(new RelayError("internal", "the relay failed; its log says why under this id"), requestId);
  }
}

/** 204 when there is nothing to say: a body that nobody reads costs a closing page its share of the keepalive quota. */
function acceptedAnswer(accepted: Accepted): Answer {
  if (accepted.duplicate === 0 && accepted.rejected.length === 0) return { status: 204, headers: {}, body: null };
  return {
    status: 202,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
    body: JSON.stringify(accepted),
  };
}
