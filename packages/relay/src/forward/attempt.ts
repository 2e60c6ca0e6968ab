import type { TargetRequest, Verdict } from "../target/target.js";
import { unsendable } from "../transport/unsendable.js";
import type { ForwarderParts } from "./forwarder-parts.js";

/** What one attempt came to, and how long it took. */
export interface Attempted {
  readonly verdict: Verdict;
  readonly ms: number;
}

/** What a connection fails with that never came about: nothing was sent. */
const unsent = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  // Bun's own.
  "ConnectionRefused",
]);

/**
 * Sends a request once. Never rejects: without an answer, nobody knows what became of it, unless nothing was sent. What can
 * never be sent is refused.
 */
export async function attempt(
  request: TargetRequest,
  parts: Pick<ForwarderParts, "target" | "transport" | "observer" | "now">,
  signal: AbortSignal,
): Promise<Attempted> {
  const { target, observer, now } = parts;
  const { transport = parts.transport } = target;
  const started = performance.now();
  let verdict: Verdict;
  try {
    const at = now();
    const stamp = await target.stamp(request, at);
    const { url, headers, body: fixed } = request;
    const body = request.bodyAt?.(at) ?? fixed;
    const response = await transport.send({ method: "POST", url, headers: { ...headers, ...stamp }, body, signal });
    verdict = target.classify(response, request);
  } catch (error) {
    verdict = failure(request, error);
  }
  const ms = performance.now() - started;
  observer.attempted(target.name, verdict.kind, ms / 1_000);
  return { verdict, ms };
}

function failure(request: TargetRequest, error: unknown): Verdict {
  const code = codeOf(error);
  const fault = unsendable(request, code);
  if (fault !== undefined) return { kind: "refused", code: "request_unsendable", message: `never left: ${fault}` };
  return { kind: unsent.has(code) ? "retry" : "unknown", reason: reasonOf(error) };
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  const code = codeOf(error);
  return error.message === "" ? `no answer (${code})` : `no answer (${code}: ${error.message})`;
}
