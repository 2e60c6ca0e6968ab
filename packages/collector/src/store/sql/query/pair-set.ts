/** A set of pairs of whole numbers of at least 0, below 2^31: many times faster than a `Set` of their texts. */
export interface PairSet {
  /** Whether the pair was not there yet. */
  add(a: number, b: number): boolean;
}

/** Open addressing with linear probing, at most half full. */
export function pairSet(): PairSet {
  let mask = 1023;
  let left = new Int32Array(mask + 1).fill(-1);
  let right = new Int32Array(mask + 1);
  let size = 0;

  const slotOf = (a: number, b: number): number => {
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) & mask;
    // The low bits of a product depend on the low bits of its factors alone.
    slot = (slot ^ (Math.imul(b, 0xc2b2ae35) >>> 15)) & mask;
    while (left[slot] !== -1 && (left[slot] !== a || right[slot] !== b)) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const [oldLeft, oldRight] = [left, right];
    mask = mask * 2 + 1;
    left = new Int32Array(mask + 1).fill(-1);
    right = new Int32Array(mask + 1);
    for (let i = 0; i < oldLeft.length; i++) {
      const a = oldLeft[i] as number;
      if (a === -1) continue;
      const slot = slotOf(a, oldRight[i] as number);
      left[slot] = a;
      right[slot] = oldRight[i] as number;
    }
  };
  return {
    add(a, b) {
      const slot = slotOf(a, b);
      if (left[slot] !== -1) return false;
      left[slot] = a;
      right[slot] = b;
      size++;
      if (size * 2 > mask) grow();
      return true;
    },
  };
}
