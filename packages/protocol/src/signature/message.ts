import { sha256 } from "../sha256.js";

/** What is signed: `id.timestamp.body`, over the bytes as they travel. In parts, as a body may be large, and joining it copies it. */
export function message(id: string, timestamp: string, body: Uint8Array | string): readonly [Uint8Array, Uint8Array] {
  const encoder = new TextEncoder();
  return [encoder.encode(`${id}.${timestamp}.`), typeof body === "string" ? encoder.encode(body) : body];
}

/**
 * Whether an id can be signed: printable ASCII without a full stop, which ends the id in the signed text (with one,
 * a part of the id could be passed off as the time).
 */
export const isMessageId = (id: string): boolean => /^[!-\-/-~]{1,256}$/.test(id);

/** Whether a timestamp is whole seconds, in its one spelling. */
export const isTimestamp = (timestamp: string): boolean => /^[1-9][0-9]{0,11}$/.test(timestamp);

/** An id for a request of several batches, the same at every attempt: a hash of their ids. */
export async function messageId(batchIds: readonly string[]): Promise<string> {
  return `msg_${(await sha256(JSON.stringify(batchIds))).slice(0, 32)}`;
}
