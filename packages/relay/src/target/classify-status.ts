import type { BackendResponse } from "../transport/transport.js";
import { redirection } from "./redirection.js";
import { retryAfterMs } from "./retry-after.js";
import type { Verdict } from "./target.js";

/** What the statuses of a backend mean where they are not what they usually are. */
export interface StatusMeanings {
  /** These say that the request can never be taken as it is. @default [400, 413, 422] */
  readonly refused?: readonly number[];
  /** These are worth another try besides 408, 425, 429 and every 5xx. @default [] */
  readonly retried?: readonly number[];
  /** These come from something in between that had no answer either: the backend may have taken the request. @default [] */
  readonly unknown?: readonly number[];
}

/**
 * What an answer means by its status alone. Whatever is neither taken, refused nor worth another try is somebody's
 * mistake: a wrong key (401, 403), a wrong address (404, a redirect), a wrong type (415).
 */
export function classifyStatus({ status, header }: BackendResponse, meanings: StatusMeanings = {}): Verdict {
  const { refused = [400, 413, 422], retried = [], unknown = [] } = meanings;
  const said = `answers ${status}`;
  if (status >= 200 && status < 300) return { kind: "ok" };
  const isUnknown = unknown.includes(status);
  if (isUnknown || [408, 425, 429].includes(status) || status >= 500 || retried.includes(status)) {
    const afterMs = retryAfterMs(header("retry-after"), header("date"));
    return { kind: isUnknown ? "unknown" : "retry", reason: said, ...(afterMs !== undefined && { afterMs }) };
  }
  if (refused.includes(status)) return { kind: "refused", code: `status_${status}`, message: said };
  return { kind: "stopped", reason: said + redirection({ header }) };
}
