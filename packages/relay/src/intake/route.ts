import { takeUpload, type UploadParts } from "../page-snapshot/take-upload.js";
import { RelayError } from "../relay-error.js";
import type { Answer, Held } from "../web/exchange.js";
import { refusalAnswer } from "../web/refusal.js";
import { corsHeaders, preflight } from "./cors.js";
import { type IntakeParts, type Taken, takeIn } from "./intake.js";
import { originAllowed } from "./origin.js";
import { seenNetwork } from "./seen-network.js";

/** Answers whatever comes to the intake's path. Never throws: what is not the sender's mistake is a 500 in the one shape. */
export function intakeAnswer(
  incoming: Held,
  requestId: string,
  parts: IntakeParts,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  // A page whose visitor refuses sends nothing any more; so may it delete what an earlier visit left.
  if (incoming.method === "DELETE" && parts.cookie !== undefined) {
    const headers = withCookie({ "cache-control": "no-store" }, parts.cookie.forget(incoming));
    return Promise.resolve({ status: 204, headers, body: null });
  }
  return posted(incoming, requestId, parts, onFault, async () => acceptedAnswer(await takeIn(incoming, parts)));
}

/**
 * Answers whatever comes below the intake's path: a page snapshot, under a name that its sender chose. No two of these
 * addresses are alike, and nothing in them is the same on two sites, so that there is nothing to put on a list.
 */
export function uploadAnswer(
  incoming: Held,
  requestId: string,
  ref: string,
  parts: UploadParts,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  return posted(incoming, requestId, parts, onFault, async () => {
    await takeUpload(incoming, ref, parts);
    return { status: 204, headers: {}, body: null };
  });
}

async function posted(
  incoming: Held,
  requestId: string,
  parts: IntakeParts,
  onFault: (error: unknown) => void,
  take: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await answered(incoming, requestId, take, onFault);
  const cors = corsHeaders(incoming, originAllowed(incoming, parts.keeper.book));
  return { ...answer, headers: { ...answer.headers, ...cors, ...seenNetwork(incoming, parts.trust) } };
}

async function answered(
  incoming: Held,
  requestId: string,
  take: () => Promise<Answer>,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  try {
    if (incoming.method === "OPTIONS") return preflight();
    if (incoming.method !== "POST") {
      const answer = refusalAnswer(new RelayError("method_refused", "send batches with POST"), requestId);
      return { ...answer, headers: { ...answer.headers, allow: "POST, OPTIONS" } };
    }
    return await take();
  } catch (error) {
    if (error instanceof RelayError) return refusalAnswer(error, requestId);
    onFault(error);
    return refusalAnswer(new RelayError("internal", "the relay failed; its log says why under this id"), requestId);
  }
}

/** 204 when there is nothing to say: a body that nobody reads costs a closing page its share of the keepalive quota. */
function acceptedAnswer({ accepted, cookie }: Taken): Answer {
  const { duplicate, rejected, hints } = accepted;
  if (duplicate === 0 && rejected.length === 0 && hints === undefined)
    return { status: 204, headers: withCookie({}, cookie), body: null };
  return {
    status: 202,
    headers: withCookie(
      {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
      cookie,
    ),
    body: JSON.stringify(accepted),
  };
}

const withCookie = (headers: Answer["headers"], cookie: string | undefined): Answer["headers"] =>
  cookie === undefined ? headers : { ...headers, "set-cookie": cookie };
