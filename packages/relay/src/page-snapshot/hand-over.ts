import { sign } from "@isotherm/protocol/signature";
import { RelayError } from "../relay-error.js";
import type { CollectorTargetOptions } from "../target/isotherm.js";
import { under } from "../target/under.js";
import type { BackendResponse, Transport } from "../transport/transport.js";
import { readJson } from "../web/read-json.js";

/** An upload as it came, and unpacked. */
export interface Handed {
  readonly ref: string;
  readonly encoding: "gzip" | "identity";
  readonly sent: Uint8Array;
  readonly body: Uint8Array;
}

/** Brings an upload to the collector at once; rejects where it was not taken. */
export type HandOver = (upload: Handed) => Promise<void>;

const patience = 30_000;

/** Hands over under the relay's signature. Nothing is kept for later: the collector asks again. */
export function handOver(
  { url, keyId, secrets }: CollectorTargetOptions,
  { transport, now }: { readonly transport: Transport; readonly now: () => number },
): HandOver {
  return async ({ ref, encoding, sent, body }) => {
    const id = `msg_${crypto.randomUUID()}`;
    const signature = await sign({ id, timestamp: Math.floor(now() / 1_000), body, secrets });
    const response = await transport
      .send({
        method: "POST",
        url: under(url, `v1/batches/${ref}`),
        headers: {
          ...signature,
          "relay-key-id": keyId,
          "content-type": "text/plain",
          ...(encoding === "gzip" && { "content-encoding": encoding }),
        },
        body: sent,
        signal: AbortSignal.timeout(patience),
      })
      .catch((cause: unknown) => {
        throw new RelayError("unavailable", "the collector does not answer", { retryAfter: 60, cause });
      });
    if (response.status !== 204) throw refusalOf(response);
  };
}

function refusalOf({ status, body }: BackendResponse): RelayError {
  const said = readJson(body) as { readonly code?: unknown; readonly message?: unknown } | null | undefined;
  if (status === 400 && said?.code === "snapshot_invalid")
    return new RelayError("snapshot_invalid", String(said.message).slice(0, 200));
  return new RelayError("unavailable", `the collector answers ${status}`, { retryAfter: 60 });
}
