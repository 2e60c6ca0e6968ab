import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import type { EventEntry } from "./event-target.js";
import { isRecord, ownAnswer } from "./own-answer.js";
import type { TargetRequest, Verdict } from "./target.js";

interface BatchAnswer {
  readonly ok: boolean;
  readonly okEvents?: number;
  readonly errors?: readonly string[];
}

// ingest/router.go of jitsucom/bulker
const noDestination = "no destinations found for stream";
const overQuota = "quota exceeded";

/**
 * What Jitsu's answer to a batch means: a 200 counts the events that it took and names the others
 * (ingest/router_batch_handler.go of jitsucom/bulker).
 */
export function classifyJitsu(response: BackendResponse, request: TargetRequest<EventEntry>): Verdict {
  const verdict = classifyStatus(response);
  if (verdict.kind !== "ok") return ownAnswer(verdict, isRecord(readJson(response.body)), response, request);
  const answer = readJson(response.body) as BatchAnswer | undefined;
  if (typeof answer?.ok !== "boolean") {
    return { kind: "stopped", reason: "answers 200 with a body that Jitsu does not write" };
  }
  if (answer.ok) return { kind: "ok" };
  return classifyErrors(answer, request.entries);
}

function classifyErrors({ okEvents = 0, errors = [] }: BatchAnswer, entries: readonly EventEntry[]): Verdict {
  const about = (text: string): readonly EventEntry[] => {
    const said = errors.filter((error) => error.includes(text));
    return entries.filter(({ web }) => said.some((error) => error.startsWith(`Message ID: ${web.id}:`)));
  };
  const named = about("");
  if (okEvents === 0 && errors.some((error) => error.includes(noDestination))) {
    return { kind: "stopped", reason: "has no destination for this key" };
  }
  const again = about(overQuota);
  if (okEvents === 0 && again.length === entries.length) return { kind: "stopped", reason: "has used up its quota" };
  // Where names and numbers do not fit, it is tried again in smaller parts, until it is clear which one is meant.
  if (named.length + okEvents !== entries.length) {
    return { kind: "refused", code: "event_refused", message: "does not take some of the events" };
  }
  const waiting = new Set(again);
  const refused = named
    .filter((entry) => !waiting.has(entry))
    .map((entry) => ({ entry, code: "event_refused", message: "does not take this event" }));
  return { kind: "partial", refused, again };
}
