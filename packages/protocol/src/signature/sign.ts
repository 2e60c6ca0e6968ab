import { ProtocolError } from "../protocol-error.js";
import { isMessageId, isTimestamp, message } from "./message.js";
import { signersOf } from "./signer.js";

/** One request, about to be sent. */
export interface SignRequest {
  /** The same at every attempt; see `messageId`. */
  readonly id: string;
  /** Time of this attempt, in whole seconds since 1970. */
  readonly timestamp: number;
  /** The body as it travels; an empty string where there is none. */
  readonly body: Uint8Array | string;
  /**
   * One, or two while rotating, as `whsec_…` (HMAC-SHA256) or `whsk_…` (Ed25519): each signs, so that a receiver needs to
   * know only one of them.
   */
  readonly secrets: readonly string[];
  /** Bytes that a `whsec_…` must hold. @default 32; Standard Webhooks asks for 24 */
  readonly leastBytes?: number;
}

/** The headers of Standard Webhooks 1.0 for a request, by their lower-case names. */
export async function sign(request: SignRequest): Promise<Record<string, string>> {
  const { id, timestamp, body, secrets, leastBytes } = request;
  if (!isMessageId(id))
    throw new ProtocolError("message_invalid", "the id must be 1 to 256 printable characters without a full stop");
  if (!isTimestamp(String(timestamp)))
    throw new ProtocolError("message_invalid", "the timestamp must be whole seconds since 1970");
  const signed = message(id, String(timestamp), body);
  const signatures = signersOf(secrets, leastBytes).map((signer) => signer(...signed));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": (await Promise.all(signatures)).join(" "),
  };
}
