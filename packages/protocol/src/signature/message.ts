/** What is signed: `id.timestamp.body`, over the bytes as they travel. */
export function message(id: string, timestamp: string, body: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const head = encoder.encode(`${id}.${timestamp}.`);
  const tail = typeof body === "string" ? encoder.encode(body) : body;
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
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
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(batchIds)));
  const hex = Array.from(new Uint8Array(digest).subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return `msg_${hex.join("")}`;
}
