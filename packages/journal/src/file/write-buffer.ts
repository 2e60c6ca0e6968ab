/** Gives so many bytes to write a group into; they are its own until the next group asks. */
export type WriteBuffer = (bytes: number) => Buffer;

/** Larger groups are rare, and get bytes of their own. */
const KEPT_BYTES = 1024 * 1024;

/**
 * Bytes that are used again: groups go to the disk one after the other, and what each would leave behind outside the heap is
 * only freed when V8 next looks for garbage.
 */
export function writeBuffer(): WriteBuffer {
  let kept = Buffer.allocUnsafeSlow(0);
  return (bytes) => {
    if (bytes > KEPT_BYTES) return Buffer.allocUnsafe(bytes);
    if (kept.length < bytes) kept = Buffer.allocUnsafeSlow(Math.min(KEPT_BYTES, 2 * bytes));
    return kept.subarray(0, bytes);
  };
}
