import type { SealedBatch } from "../batch.js";

const encoder = new TextEncoder();
const brace = 0x7d;

/**
 * The JSON of a sealed batch, in UTF-8. With `raw`, the JSON of the batch that was sealed and nothing else done to, that is
 * copied: it need not be written again.
 */
export function sealedJson(batch: SealedBatch, raw?: Uint8Array): Uint8Array {
  if (raw?.at(-1) !== brace) return encoder.encode(JSON.stringify(batch));
  const end = encoder.encode(`,"edge":${JSON.stringify(batch.edge)}}`);
  const json = new Uint8Array(raw.byteLength - 1 + end.byteLength);
  json.set(raw.subarray(0, -1));
  json.set(end, raw.byteLength - 1);
  return json;
}
