import { mostBits, mostOnes, widthBits } from "./bit-writer.js";

/** Reads what a `BitWriter` gathered. Everything throws a `RangeError` where the bytes end early. */
export interface BitReader {
  bits(width: number): number;
  sized(): number;
  rice(low: number): number;
}

export function bitReader(bytes: Uint8Array, start = 0, end: number = bytes.length): BitReader {
  let at = start;
  let held = 0;
  let count = 0;

  /** Holds as many bits as are read at once; behind the end they are zeros. */
  const fill = (): void => {
    while (count < mostBits) {
      held = (held << 8) | (at < end ? (bytes[at] as number) : 0);
      at++;
      count += 8;
    }
  };
  /** Goes over bits, and gives them as the lowest of a number whose others mean nothing. */
  const skip = (width: number): number => {
    count -= width;
    if (at > end && (at - end) * 8 > count) throw new RangeError("the bytes end early");
    return held >>> count;
  };
  const bits = (width: number): number => {
    if (width > mostBits) return bits(width - mostBits) * 2 ** mostBits + bits(mostBits);
    if (count < width) fill();
    return skip(width) & ((1 << width) - 1);
  };
  const sized = (): number => bits(bits(widthBits));

  return {
    bits,
    sized,
    rice(low) {
      fill();
      const ones = Math.clz32(~(held << (32 - count)));
      if (ones >= mostOnes) {
        skip(mostOnes);
        return sized();
      }
      skip(ones + 1);
      return (ones << low) | bits(low);
    },
  };
}

export function unfolded(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
