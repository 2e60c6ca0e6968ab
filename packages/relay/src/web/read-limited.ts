import { joinBytes } from "@isotherm/protocol";

/**
 * Reads a stream to its end; undefined as soon as it holds more than `limit` bytes, of which no more than that is kept.
 * `hold` is told of each chunk, and may end it by throwing.
 */
export async function readLimited(
  chunks: AsyncIterable<Uint8Array> | null,
  limit: number,
  hold: (bytes: number) => void = () => undefined,
): Promise<Uint8Array | undefined> {
  if (chunks === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    hold(chunk.byteLength);
    parts.push(chunk);
  }
  return joinBytes(parts);
}
