import { type Envelope, protocolVersion } from "@isotherm/protocol";
import type { System } from "../kit/system.js";
import { until } from "../kit/until.js";
import { filled } from "./send.js";

/** What one attempt was told. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly code?: string;
  /** The batch that was sent. */
  readonly id: string;
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
  return { status: answer.status, retryAfter, id: batch.id, ...(answer.status === 503 ? JSON.parse(body) : {}) };
}

/** Sends batches until one is refused; resolves to the ids that were acknowledged, and to the refusal. */
export async function sendUntilRefused(
  system: System,
  tab: string,
  filler: number,
): Promise<{ readonly acknowledged: readonly string[]; readonly refusal: Answer }> {
  const acknowledged: string[] = [];
  const refusal = await until("a batch to be refused", async () => {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await attempt(system, tab, acknowledged.length, filler);
      if (answer.status !== 204) return answer;
      acknowledged.push(answer.id);
    }
    return null;
  });
  return { acknowledged, refusal };
}
