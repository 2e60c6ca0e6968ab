import { ProtocolError } from "../protocol-error.js";
import { toBase64 } from "./base64.js";
import { isMessageId, isTimestamp, message } from "./message.js";
import { keysOf } from "./secret.js";

/** One request, about to be sent. */
export interface SignRequest {
  /** The same at every attempt; see `messageId`. */
  readonly id: string;
  /** Time of this attempt, in whole seconds since 1970. */
  readonly timestamp: number;
  /** The body as it travels; an empty string where there is none. */
  readonly body: Uint8Array | string;
  /** One, or two while rotating, as `whsec_…`: each signs, so that a receiver needs to know only one of them. */
  readonly secrets: readonly string[];
}

/** The headers of Standard Webhooks 1.0 for a request, by their lower-case names. */
export async function sign({ id, timestamp, body, secrets }: SignRequest): Promise<Record<string, string>> {
  if (!isMessageId(id))
    throw new ProtocolError("message_invalid", "the id must be 1 to 256 printable characters without a full stop");
  if (!isTimestamp(String(timestamp)))
    throw new ProtocolError("message_invalid", "the timestamp must be whole seconds since 1970");
  const signed = message(id, String(timestamp), body);
  const signatures = keysOf(secrets).map(async (key) => `v1,${toBase64(await key(signed))}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": (await Promise.all(signatures)).join(" "),
  };
}
