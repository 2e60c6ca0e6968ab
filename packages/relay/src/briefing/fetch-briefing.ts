import type { Briefing } from "@isotherm/protocol";
import { sign } from "@isotherm/protocol/signature";
import { RelayError } from "../relay-error.js";
import type { CollectorTargetOptions } from "../target/isotherm.js";
import { under } from "../target/under.js";
import type { Transport } from "../transport/transport.js";
import { readBriefing } from "./read-briefing.js";

/** Asks a collector for its briefing, signed over an empty body. */
export async function fetchBriefing(
  collector: CollectorTargetOptions,
  options: { readonly transport: Transport; readonly now: () => number; readonly signal: AbortSignal },
): Promise<Briefing> {
  const { transport, now, signal } = options;
  const body = new Uint8Array(0);
  const timestamp = Math.floor(now() / 1_000);
  const id = `msg_${crypto.randomUUID()}`;
  const signature = await sign({ id, timestamp, body, secrets: collector.secrets });
  const response = await transport.send({
    method: "GET",
    url: under(collector.url, "v1/briefing"),
    headers: { ...signature, "relay-key-id": collector.keyId, accept: "application/json" },
    signal,
  });
  if (response.status !== 200) throw new RelayError("unavailable", `the collector answers ${response.status}`);
  return readBriefing(response.body);
}
