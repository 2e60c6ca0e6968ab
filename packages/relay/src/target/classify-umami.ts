import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { classifyStatus } from "./classify-status.js";
import { isRecord, ownAnswer } from "./own-answer.js";
import type { Entry, Refusal, RefusedEntry, TargetRequest, Verdict } from "./target.js";

/** What Umami says of an event that it did not store. */
type Fault = Refusal | "again" | "site_unknown";

/** The verdict on an event of a website that Umami does not have. */
export const siteUnknown = { kind: "stopped", reason: "Umami knows no website of this id" } as const;
const bot: Refusal = { code: "bot", message: "Umami takes the visitor's agent for a bot's" };

/**
 * What Umami's answer means. It answers 200 for a bot, and for a batch whatever became of the events in it
 * (umami-software/umami, src/app/api/send/route.ts and src/app/api/batch/route.ts).
 */
export function classifyUmami(response: BackendResponse, request: TargetRequest): Verdict {
  const { entries } = request;
  const { status } = response;
  const answer = recordOf(readJson(response.body));
  if (status === 200) return entries.length === 1 ? classifySend(answer) : classifyBatch(answer, entries);
  if (entries.length === 1 && (status === 400 || status === 403) && answer?.error !== undefined) {
    const fault = faultOf(answer);
    if (fault === "site_unknown") return siteUnknown;
    if (fault !== "again") return { kind: "refused", ...fault };
  }
  if (status > 200 && status < 300) return { kind: "stopped", reason: `answers ${status}: Umami answers 200` };
  const verdict = classifyStatus(response, { unknown: [502, 504] });
  return ownAnswer(verdict, answer?.error !== undefined, response, request);
}

function classifySend(answer: Answer | undefined): Verdict {
  if (answer?.beep === "boop") return { kind: "refused", ...bot };
  // Of an error that a page reports: src/lib/errors/collect.ts.
  if (answer?.ok === false) return { kind: "refused", ...reported(answer.reason) };
  if (typeof answer?.sessionId === "string" || typeof answer?.cache === "string") return { kind: "ok" };
  return { kind: "stopped", reason: "answers 200 with a body that Umami does not write" };
}

function reported(reason: unknown): Refusal {
  if (reason === "bot") return bot;
  return { code: "error_refused", message: "Umami takes no error reports for this website" };
}

function classifyBatch(answer: Answer | undefined, entries: readonly Entry[]): Verdict {
  const details = answer?.details;
  if (answer?.size !== entries.length || !Array.isArray(details) || answer.errors !== details.length) {
    return { kind: "stopped", reason: "answers 200 with a body that Umami does not write for these events" };
  }
  const refused: RefusedEntry[] = [];
  const again: Entry[] = [];
  for (const detail of details.map(recordOf)) {
    const entry = entries[Number(detail?.index)];
    if (entry === undefined) continue;
    const fault = faultOf(recordOf(detail?.response));
    if (fault === "site_unknown") return siteUnknown;
    if (fault === "again") again.push(entry);
    else refused.push({ entry, ...fault });
  }
  // Whoever stored something has a token for it; null says that nothing was, and only a bot is no error.
  if (answer.cache === null) {
    const faulty = new Set([...again, ...refused.map(({ entry }) => entry)]);
    refused.push(...entries.filter((entry) => !faulty.has(entry)).map((entry) => ({ entry, ...bot })));
  }
  if (refused.length === 0 && again.length === 0) return { kind: "ok" };
  return { kind: "partial", refused, again };
}

function faultOf(answer: Answer | undefined): Fault {
  const error = answer?.error;
  const { message, status } = recordOf(error) ?? { message: error };
  if (message === "Website not found.") return "site_unknown";
  if (status === 403) return { code: "address_blocked", message: "Umami keeps the visitor's address out" };
  if (typeof status === "number" && (status === 408 || status === 429 || status >= 500)) return "again";
  return { code: "event_invalid", message: "Umami does not take the event as it is" };
}

/** What of Umami's answers is read, none of it certain. */
type Answer = {
  readonly [name in
    | "beep"
    | "cache"
    | "details"
    | "error"
    | "errors"
    | "index"
    | "message"
    | "ok"
    | "reason"
    | "response"
    | "sessionId"
    | "size"
    | "status"]?: unknown;
};

const recordOf = (value: unknown): Answer | undefined => (isRecord(value) ? value : undefined);
