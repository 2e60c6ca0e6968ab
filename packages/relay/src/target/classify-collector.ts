import { type Accepted, type Rejection, refusalStatus } from "@isotherm/protocol";
import type { BackendResponse } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";
import { ownAnswer } from "./own-answer.js";
import { redirection } from "./redirection.js";
import { retryAfterMs } from "./retry-after.js";
import type { RefusedEntry, TargetRequest, Verdict } from "./target.js";

/**
 * What a collector's answer means. Only a 204 and a 202 that adds up are believed: whatever else answers 200 under a wrong
 * address (a login page, a single-page application) has stored nothing. Batches are refused in a collector's words alone.
 */
export function classifyCollector(response: BackendResponse, request: TargetRequest): Verdict {
  const { status } = response;
  if (status === 204) return { kind: "ok" };
  if (status === 202) return classifyAccepted(response, request);
  const said = describe(response);
  if (status === 400 || status === 413 || status === 422) {
    const code = status === 413 ? "body_too_large" : `status_${status}`;
    return ownAnswer({ kind: "refused", code, message: said }, isRefusal(response), response, request);
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const afterMs = retryAfterMs(response.header("retry-after"), response.header("date"));
    return { kind: "retry", reason: said, ...(afterMs !== undefined && { afterMs }) };
  }
  if (status >= 200 && status < 300) return { kind: "stopped", reason: `${said}: no collector answers like that` };
  if (status === 401 && codeOf(response) === "key_unknown") {
    return { kind: "held", reason: `${said} (${request.entries[0]?.item.key})` };
  }
  return { kind: "stopped", reason: said + redirection(response) };
}

function classifyAccepted(response: BackendResponse, request: TargetRequest): Verdict {
  const accepted = readAccepted(response.body);
  if (accepted === undefined) return { kind: "stopped", reason: "answers 202 with a body that no collector writes" };
  const { rejected } = accepted;
  const sum = accepted.accepted + accepted.duplicate + rejected.length;
  if (sum !== request.batchIds.length || !isCount(accepted.accepted) || !isCount(accepted.duplicate)) {
    const message = `answers for ${sum} batches where ${request.batchIds.length} were sent`;
    return { kind: "retry", reason: message };
  }
  const named = new Set(rejected.map((rejection) => batchIdOf(rejection, request)));
  if (named.size < rejected.length || [...named].some((id) => id === undefined || !request.batchIds.includes(id))) {
    return { kind: "retry", reason: "rejects batches that were not sent, or one twice" };
  }
  const refused = rejected.flatMap((rejection) => refusedEntry(rejection, request) ?? []);
  return refused.length === 0 ? { kind: "ok" } : { kind: "partial", refused };
}

/** By its id, or by its place where it has none that can be read. */
const batchIdOf = ({ id }: Rejection, { batchIds }: TargetRequest): string | undefined =>
  id.startsWith("#") ? batchIds[Number(id.slice(1))] : id;

/** The entry that a rejection is about; a batch that only goes along with a report of discards is none. */
function refusedEntry(rejection: Rejection, request: TargetRequest): RefusedEntry | undefined {
  const { code, message } = rejection;
  const batchId = batchIdOf(rejection, request);
  const entry = request.entries.find(({ item }) => item.kind === "batch" && item.id === batchId);
  return entry === undefined ? undefined : { entry, code, message };
}

function readAccepted(body: Uint8Array): Accepted | undefined {
  const value = readJson(body) as Partial<Accepted> | null | undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const { accepted, duplicate, rejected } = value;
  if (typeof accepted !== "number" || typeof duplicate !== "number" || !Array.isArray(rejected)) return undefined;
  if (!rejected.every((entry: Partial<Rejection> | null) => typeof entry?.id === "string")) return undefined;
  return { accepted, duplicate, rejected };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** Whether an error has the shape that a collector's have: a code that belongs to its status, and what it means. */
function isRefusal(response: BackendResponse): boolean {
  const code = codeOf(response) ?? "";
  return new Map<string, number>(Object.entries(refusalStatus)).get(code) === response.status;
}

/** The status, with the code and message of an error in our own shape; of others' bodies nothing is repeated. */
function describe(response: BackendResponse): string {
  const code = codeOf(response);
  if (code === undefined) return `answers ${response.status}`;
  const { message } = readJson(response.body) as { readonly message?: unknown };
  return `answers ${response.status} ${code}${typeof message === "string" ? `: ${message.slice(0, 200)}` : ""}`;
}

function codeOf({ body }: BackendResponse): string | undefined {
  const value = readJson(body) as { readonly code?: unknown } | null | undefined;
  return typeof value?.code === "string" ? value.code.slice(0, 64) : undefined;
}
