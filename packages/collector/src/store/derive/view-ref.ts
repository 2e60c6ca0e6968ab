import { createHash } from "node:crypto";

/**
 * A page view as a number: a hash of its tab and id. 52 bits, so that it stays exact as a JavaScript number; only page
 * views of one visitor are ever compared, so that is plenty.
 */
export function viewRef(tab: string, page: string): number {
  const hash = createHash("sha256").update(`${tab}\n${page}`).digest();
  return hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) >> 4);
}
