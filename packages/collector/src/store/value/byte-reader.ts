/** Reads what a `ByteWriter` gathered. Everything throws a `RangeError` where the bytes end early. */
export interface ByteReader {
  /** A whole number of at least 0. */
  number(): number;
  /** A whole number of either sign. */
  signed(): number;
  /** Goes over so many bytes, and gives where they begin. */
  skip(size: number): number;
  /** Whether nothing is left before `end`. */
  done(): boolean;
}

export function byteReader(bytes: Uint8Array, start = 0, end: number = bytes.length): ByteReader {
  let at = start;
  const number = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      if (at >= end) throw new RangeError("the bytes end early");
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  return {
    number,
    signed() {
      const folded = number();
      return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    },
    skip(size) {
      const from = at;
      at += size;
      if (at > end) throw new RangeError("the bytes end early");
      return from;
    },
    done: () => at >= end,
  };
}
