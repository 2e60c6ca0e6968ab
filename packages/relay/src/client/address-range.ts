import { parseAddress } from "@isotherm/protocol/seal";

/** A range of addresses of one kind. */
export interface AddressRange {
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
  /** Leading bits that count. */
  readonly bits: number;
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address; undefined when it is none of them. */
export function parseRange(text: string): AddressRange | undefined {
  const [address = "", length, ...more] = text.split("/");
  const bytes = parseAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const most = bytes.length * 8;
  if (length === undefined) return { bytes, bits: most };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return bits <= most ? { bytes, bits } : undefined;
}

/** Whether an address lies in a range. */
export function inRange(address: readonly number[], { bytes, bits }: AddressRange): boolean {
  if (address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address[whole] ?? 0) & mask) === ((bytes[whole] ?? 0) & mask);
}
