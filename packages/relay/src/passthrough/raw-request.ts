import { joinBytes, type SealedBatch } from "@isotherm/protocol";

/** A request as its page sent it, with what the backend may need of it. */
export interface RawRequest {
  /** Path and query below the pass-through's own path, beginning with a slash. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  /** The same events as batches of Isotherm's own, where they are copied. */
  readonly copy?: readonly SealedBatch[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const newLine = 10;

/** The request as the journal keeps it: a line of JSON, and the body as it came. */
export function encodeRequest({ body, ...head }: RawRequest): Uint8Array {
  return joinBytes([encoder.encode(`${JSON.stringify(head)}\n`), body]);
}

/**
 * A request as the journal keeps it, without the whole addresses that wait in its copies for a salt; undefined for
 * anything else, as a batch: no batch has a line's end in its JSON.
 */
export function withoutAddresses(bytes: Uint8Array): Uint8Array | undefined {
  if (!bytes.includes(newLine)) return undefined;
  const { copy, ...request } = decodeRequest(bytes);
  return encodeRequest({ ...request, ...(copy && { copy: copy.map(withoutAddress) }) });
}

function withoutAddress({ edge: { address: _, ...edge }, ...batch }: SealedBatch): SealedBatch {
  return { ...batch, edge };
}

/** Reads it back; throws on anything that was not encoded here. */
export function decodeRequest(bytes: Uint8Array): RawRequest {
  const end = bytes.indexOf(newLine);
  const head = JSON.parse(decoder.decode(bytes.subarray(0, end))) as Omit<RawRequest, "body">;
  return { ...head, body: bytes.subarray(end + 1) };
}
