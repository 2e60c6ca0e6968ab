import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { isPage, ownAnswer } from "./own-answer.js";
import type { TargetRequest, Verdict } from "./target.js";

/** What PostHog's answer means: 400, 401, 429 and 503 as in rust/capture/src/api.rs. */
export function classifyPosthog(response: BackendResponse, request: TargetRequest): Verdict {
  const verdict = classifyStatus(response, { refused: [400, 413], unknown: [502, 504] });
  if (verdict.kind === "ok") return classifyTaken(readJson(response.body));
  return ownAnswer(verdict, !isPage(response), response, request);
}

/** A 200 may name resources of which nothing was kept, because their quota is used up (rust/capture/src/api.rs). */
function classifyTaken(answer: unknown): Verdict {
  if (typeof answer !== "object" || answer === null) {
    return { kind: "stopped", reason: "answers 200 with a body that PostHog does not write" };
  }
  const { quota_limited: limited } = answer as { readonly quota_limited?: unknown };
  const isLimited = Array.isArray(limited) && limited.some((resource) => resource !== "recordings");
  return isLimited ? { kind: "stopped", reason: "has used up its quota, and keeps no events" } : { kind: "ok" };
}
