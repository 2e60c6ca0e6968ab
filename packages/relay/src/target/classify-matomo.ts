import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import type { EventEntry } from "./event-target.js";
import { ownAnswer } from "./own-answer.js";
import type { Refusal, TargetRequest, Verdict } from "./target.js";

/** What Matomo counted of a request. */
interface Counted {
  readonly status: "success" | "error";
  readonly tracked: number;
  readonly invalid: number;
  readonly indices: readonly number[] | undefined;
}

const invalid: Refusal = { code: "event_invalid", message: "Matomo does not take the event as it is" };

/**
 * What Matomo's answer to a bulk request means (matomo-org/matomo, plugins/BulkTracking/Tracker/{Handler,Response}.php).
 * Only counts are believed: a success may have left out what was invalid, what waited too long for a lock, or, while
 * recording is switched off, everything.
 */
export function classifyMatomo(
  response: BackendResponse,
  request: TargetRequest<EventEntry>,
  transactions: boolean,
): Verdict {
  const { status } = response;
  const { entries } = request;
  const counted = countedIn(readJson(response.body));
  if (status >= 200 && status < 300) {
    if (counted?.status === "success") return classifyCounts(counted, entries);
    return { kind: "stopped", reason: `answers ${status} with a body that Matomo's bulk tracking does not write` };
  }
  // It stops at what fails. With a transaction nothing of the request stays; without, all before it does.
  const tracked = transactions || counted?.status !== "error" ? 0 : counted.tracked;
  if (tracked === 0 || tracked >= entries.length) {
    const verdict = classifyStatus(response, { unknown: [502, 504] });
    return ownAnswer(verdict, counted?.status === "error", response, request);
  }
  return { kind: "partial", refused: [], again: entries.slice(tracked) };
}

function classifyCounts({ tracked, invalid: bad, indices }: Counted, entries: readonly EventEntry[]): Verdict {
  const sent = entries.length;
  if (tracked === sent) return { kind: "ok" };
  if (tracked === 0 && bad === 0) {
    return {
      kind: "stopped",
      reason: "answers success and tracked nothing: recording is off, or its database is locked",
    };
  }
  if (bad === sent) return { kind: "partial", refused: entries.map((entry) => ({ entry, ...invalid })) };
  if (tracked + bad === sent && indices?.length === bad) {
    const refused = indices.flatMap((index) => {
      const entry = entries[index];
      return entry === undefined ? [] : [{ entry, ...invalid }];
    });
    if (refused.length === bad) return { kind: "partial", refused };
  }
  const message = `Matomo tracked ${tracked} of ${sent} events and does not say which`;
  return { kind: "refused", code: "not_tracked", message, partly: true };
}

function countedIn(answer: unknown): Counted | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { status, tracked, invalid: bad, invalid_indices: indices } = answer as { readonly [name: string]: unknown };
  if ((status !== "success" && status !== "error") || typeof tracked !== "number" || typeof bad !== "number") {
    return undefined;
  }
  return { status, tracked, invalid: bad, indices: Array.isArray(indices) ? indices.map(Number) : undefined };
}
