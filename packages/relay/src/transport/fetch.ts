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
      const response = await fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(body !== undefined && { body: body as BufferSource }),
      }).catch((error: unknown) => {
        throw causeOf(error);
      });
      const bytes = response.body === null ? nothing : await readLimited(chunksOf(response.body), maxResponseBytes);
      if (bytes === undefined) throw new Error(`the answer is larger than ${maxResponseBytes} bytes`);
      return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body: bytes };
    },
    async close() {},
  };
}

/** Node hides what happened, which tells whether anything was sent, behind "fetch failed". */
function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause : error;
}
