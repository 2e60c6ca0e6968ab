import { chunksOf } from "../web/chunks-of.js";
import { readLimited } from "../web/read-limited.js";
import type { BackendResponse, OutgoingRequest, Transport } from "./transport.js";

/** Bytes of an answer that are read at most: a backend's answer to a batch is short. */
const maxResponseBytes = 16_777_216;
const nothing = new Uint8Array(0);

/** What sends a request, as every runtime has it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Sends by `fetch`, which has one timeout for a whole request. */
export function fetchTransport(options: { readonly timeoutMs: number; readonly fetch: Fetch }): Transport {
  // Workers refuse a `fetch` that is called as the method of anything else.
  const { timeoutMs, fetch } = options;
  return {
    async send({ method, url, headers, body, signal }: OutgoingRequest): Promise<BackendResponse> {
      const within = deadline(signal, timeoutMs);
      try {
        const response = await fetch(url, {
          method,
          headers,
          redirect: "manual",
          signal: within.signal,
          ...(body !== undefined && { body: body as BufferSource }),
        });
        const bytes = response.body === null ? nothing : await readLimited(chunksOf(response.body), maxResponseBytes);
        if (bytes === undefined) throw new Error(`the answer is larger than ${maxResponseBytes} bytes`);
        return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body: bytes };
      } catch (error) {
        throw causeOf(error);
      } finally {
        within.end();
      }
    },
    async close() {},
  };
}

/** Aborts with a signal, or after a while; `AbortSignal.any` is not everywhere. */
function deadline(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; end(): void } {
  const either = new AbortController();
  const abort = (): void => either.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  const late = new DOMException(`no answer within ${ms} ms`, "TimeoutError");
  const timer = setTimeout(() => either.abort(late), ms);
  return {
    signal: either.signal,
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Node hides what happened, which tells whether anything was sent, behind "fetch failed". */
function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause : error;
}
