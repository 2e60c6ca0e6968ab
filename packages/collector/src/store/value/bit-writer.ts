/** Gathers numbers as bits, highest first, in one stretch of memory that can be used again. */
export interface BitWriter {
  /** A whole number of at least 0 in so many bits. */
  bits(value: number, width: number): void;
  /** A whole number of at least 0 and below 2^53 behind its own width. */
  sized(value: number): void;
  /** A whole number of at least 0 and below 2^53: its `low` lowest bits as they are, and the rest as so many ones (Rice's code). */
  rice(value: number, low: number): void;
  /** Forgets what was gathered; the bytes to begin with are `head`. */
  begin(head: readonly number[]): void;
  /** What was gathered, in memory of its own, with zeros up to a whole byte. */
  take(): Uint8Array;
}

/** Bits that say how wide a number is. */
export const widthBits = 6;
/** Where Rice's code would take more ones, the number itself follows them, sized. */
export const mostOnes = 12;
/** Bits that are written or read at once. */
export const mostBits = 24;

/** `room` is how many bytes there is memory for before more is asked for. */
export function bitWriter(room = 1_024): BitWriter {
  let bytes = new Uint8Array(room);
  let at = 0;
  let held = 0;
  let count = 0;

  const put = (value: number, width: number): void => {
    held = (held << width) | value;
    count += width;
    while (count >= 8) {
      count -= 8;
      if (at === bytes.length) {
        const larger = new Uint8Array(2 * at);
        larger.set(bytes);
        bytes = larger;
      }
      bytes[at++] = held >>> count;
    }
  };
  const bits = (value: number, width: number): void => {
    if (width <= mostBits) {
      put(value, width);
      return;
    }
    bits(Math.floor(value / 2 ** mostBits), width - mostBits);
    put(value % 2 ** mostBits, mostBits);
  };
  const sized = (value: number): void => {
    const width = widthOf(value);
    put(width, widthBits);
    bits(value, width);
  };

  return {
    bits,
    sized,
    rice(value, low) {
      const ones = value < 2 ** 31 && low <= mostBits ? value >>> low : mostOnes;
      if (ones >= mostOnes) {
        put((1 << mostOnes) - 1, mostOnes);
        sized(value);
        return;
      }
      put((1 << (ones + 1)) - 2, ones + 1);
      put(value & ((1 << low) - 1), low);
    },
    begin(head) {
      at = 0;
      held = 0;
      count = 0;
      for (const byte of head) put(byte, 8);
    },
    take() {
      if (count > 0) put(0, 8 - count);
      return bytes.slice(0, at);
    },
  };
}

/** How many low bits Rice's code is best left with for numbers of this sum: their mean's, times half of ln 2. */
export function lowBits(sum: number, count: number): number {
  return count === 0 ? 0 : widthOf(Math.floor((sum / count) * 0.35));
}

/** How many bits a whole number of at least 0 takes; none for 0. */
export function widthOf(value: number): number {
  return value < 2 ** 31 ? 32 - Math.clz32(value) : widthOf(Math.floor(value / 2 ** 31)) + 31;
}

/** A whole number of either sign, below 2^52, as one of none. */
export function folded(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
