import { Pool } from "undici";
import type { BackendResponse, OutgoingRequest, Transport } from "./transport.js";

/** Bytes of an answer that are read at most: a backend's answer to a batch is short. */
const maxResponseSize = 16_777_216;

/** Connections that are kept open, one pool per origin, with a timeout on every phase. */
export function undiciTransport(options: { readonly timeoutMs: number }): Transport {
  const { timeoutMs } = options;
  const pools = new Map<string, Pool>();

  const poolOf = (origin: string): Pool => {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connect: { timeout: timeoutMs },
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        maxResponseSize,
      });
      pools.set(origin, pool);
    }
    return pool;
  };

  return {
    async send({ method, url, headers, body, signal }: OutgoingRequest): Promise<BackendResponse> {
      const { origin, pathname, search } = new URL(url);
      const response = await poolOf(origin).request({
        method,
        path: pathname + search,
        headers,
        signal,
        ...(body !== undefined && { body }),
      });
      const bytes = new Uint8Array(await response.body.arrayBuffer());
      return {
        status: response.statusCode,
        header(name) {
          const value = response.headers[name];
          return Array.isArray(value) ? value.join(", ") : value;
        },
        body: bytes,
      };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
