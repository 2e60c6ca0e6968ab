import { type Batch, type Envelope, protocolVersion } from "@isotherm/protocol";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { filled } from "./send.js";

/** What one attempt was told. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly code?: string;
  readonly batch: Batch;
}

/** Sends one batch of `filler` bytes to the relay, once. */
export async function attempt(system: System, tab: string, seq: number, filler: number): Promise<Answer> {
  const batch = filled(tab, seq, system.relay, filler);
  const envelope: Envelope = { v: protocolVersion, key: system.publicKey, sentAt: Date.now(), batches: [batch] };
  const answer = await fetch(`${system.relay}${system.intake}`, {
    method: "POST",
    body: JSON.stringify(envelope),
    headers: { "content-type": "text/plain", origin: system.relay, "user-agent": "Mozilla/5.0 Chrome/150.0.0.0" },
  });
  const body = await answer.text();
  const retryAfter = Number(answer.headers.get("retry-after") ?? 0);
  return { status: answer.status, retryAfter, batch, ...(answer.status === 503 ? JSON.parse(body) : {}) };
}

/** Sends batches until one is refused; resolves to those that were acknowledged, and to the refusal. */
export async function sendUntilRefused(
  system: System,
  tab: string,
  filler: number,
): Promise<{ readonly acknowledged: readonly Batch[]; readonly refusal: Answer }> {
  const acknowledged: Batch[] = [];
  const refusal = await until("a batch to be refused", async () => {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await attempt(system, tab, acknowledged.length, filler);
      if (answer.status !== 204) return answer;
      acknowledged.push(answer.batch);
    }
    return null;
  });
  return { acknowledged, refusal };
}
