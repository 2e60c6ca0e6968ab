import type { BackendResponse } from "../transport/transport.js";
import type { TargetRequest, Verdict } from "./target.js";

const decoder = new TextDecoder();
const pageBegins = /^\s*</;

/** Whether a body is a page: what web servers and proxies write under any status, and no intake of events does. */
export const isPage = ({ body }: Pick<BackendResponse, "body">): boolean =>
  pageBegins.test(decoder.decode(body.subarray(0, 64)));

/** Whether a body is a JSON object. */
export const isRecord = (value: unknown): value is { readonly [field: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A verdict that only counts in the backend's own words. Where something in front of it answered (a proxy, another server
 * under this address, the HTTPS port asked by `http://`), nothing is known of the events: the target stops, and none is
 * given up. A 413 may be about the size of the request, so that of several entries each half is tried.
 */
export function ownAnswer(
  verdict: Verdict,
  isOwn: boolean,
  { status }: Pick<BackendResponse, "status">,
  request: Pick<TargetRequest, "entries">,
): Verdict {
  if (isOwn || (verdict.kind !== "ok" && verdict.kind !== "refused")) return verdict;
  if (status === 413 && request.entries.length > 1)
    return { kind: "refused", code: "status_413", message: "answers 413" };
  return {
    kind: "stopped",
    reason: `answers ${status}, but not in the backend's own words: something else is at its address`,
  };
}
