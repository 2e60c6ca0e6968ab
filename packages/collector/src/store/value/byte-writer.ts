/** Gathers bytes in one stretch of memory, which can be used again. */
export interface ByteWriter {
  byte(value: number): void;
  /** A whole number of at least 0 in base 128, lowest first. */
  number(value: number): void;
  /** A whole number of either sign, below 2^51. */
  signed(value: number): void;
  double(value: number): void;
  /** A text's length in bytes, then its UTF-8. */
  text(value: string): void;
  /** The 16 bytes of a UUID in lower case. */
  uuid(value: string): void;
  /** The 16 bytes that 22 characters of base64url stand for. */
  base64url(value: string): void;
  /** Forgets what was gathered. */
  begin(): void;
  /** What was gathered, in memory of its own. */
  take(): Uint8Array;
}

/** `room` is how many bytes there is memory for before more is asked for. */
export function byteWriter(room = 256): ByteWriter {
  let bytes = Buffer.allocUnsafe(room);
  let at = 0;

  const ensure = (size: number): void => {
    if (at + size <= bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (at + size));
    bytes.copy(larger, 0, 0, at);
    bytes = larger;
  };

  const number = (value: number): void => {
    ensure(8);
    let rest = value;
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
  };

  return {
    number,
    byte(value) {
      ensure(1);
      bytes[at++] = value;
    },
    signed: (value) => number(value < 0 ? -2 * value - 1 : 2 * value),
    double(value) {
      ensure(8);
      at = bytes.writeDoubleLE(value, at);
    },
    text(value) {
      ensure(8 + 3 * value.length);
      if (value.length < 128) {
        // Short texts of ASCII, which most are, take longer to be handed over than to be written here.
        const start = at;
        bytes[at++] = value.length;
        let index = 0;
        for (; index < value.length; index++) {
          const code = value.charCodeAt(index);
          if (code > 127) break;
          bytes[at++] = code;
        }
        if (index === value.length) return;
        at = start;
      }
      number(Buffer.byteLength(value));
      at += bytes.write(value, at);
    },
    uuid(value) {
      ensure(16);
      for (let index = 0; index < 36; index += 2) {
        if (value[index] === "-") index++;
        bytes[at++] = (digit(value.charCodeAt(index)) << 4) | digit(value.charCodeAt(index + 1));
      }
    },
    base64url(value) {
      ensure(16);
      at += bytes.write(value, at, "base64url");
    },
    begin() {
      at = 0;
    },
    take() {
      return Uint8Array.prototype.slice.call(bytes, 0, at);
    },
  };
}

/** What a hexadecimal digit in lower case stands for. */
function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}
