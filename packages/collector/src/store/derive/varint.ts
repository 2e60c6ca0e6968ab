/** Writes whole numbers of at least 0 as variable-length integers of base 128, lowest first. */
export interface NumberWriter {
  write(value: number): void;
  /** A number of either sign. */
  writeSigned(value: number): void;
  bytes(): Uint8Array;
}

export function numberWriter(): NumberWriter {
  const bytes: number[] = [];
  const write = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  return {
    write,
    writeSigned: (value) => write(value < 0 ? -value * 2 - 1 : value * 2),
    bytes: () => Uint8Array.from(bytes),
  };
}

/** Reads what a writer wrote, from `at` on. */
export interface NumberReader {
  read(): number;
  readSigned(): number;
  /** Whether nothing is left before `end`. */
  done(): boolean;
}

export function numberReader(bytes: Uint8Array, start = 0, end: number = bytes.length): NumberReader {
  let at = start;
  const read = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      if (at >= end) throw new RangeError("the numbers end early");
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  return {
    read,
    readSigned() {
      const folded = read();
      return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    },
    done: () => at >= end,
  };
}
