import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { isRecord, ownAnswer } from "./own-answer.js";
import type { TargetRequest, Verdict } from "./target.js";

/**
 * What Plausible's answer means. A dropped event is answered like a taken one, but for a header that holds how many were
 * dropped (plausible/analytics, lib/plausible_web/controllers/api/external_controller.ex).
 */
export function classifyPlausible(response: BackendResponse, request: TargetRequest): Verdict {
  const { status } = response;
  if (status === 202) {
    if (Number(response.header("x-plausible-dropped") ?? 0) === 0) return { kind: "ok" };
    const message = "Plausible dropped it: a site it does not know, a bot, or an address that it keeps out";
    return { kind: "refused", code: "dropped", message };
  }
  if (status >= 200 && status < 300) return { kind: "stopped", reason: `answers ${status}: Plausible answers 202` };
  const verdict = classifyStatus(response, { unknown: [502, 504] });
  return ownAnswer(verdict, isRecord(readJson(response.body)), response, request);
}
