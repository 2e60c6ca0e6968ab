/** The bytes of an IPv4 (4) or IPv6 (16) address, with IPv4-mapped ones as IPv4; undefined when it is neither. */
export function parseAddress(text: string): readonly number[] | undefined {
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "");
  const bytes = bare.includes(":") ? parseSix(bare) : parseFour(bare);
  if (bytes?.length === 16 && isMapped(bytes)) return bytes.slice(12);
  return bytes;
}

/** An address in one spelling, so that its spelling never tells two visitors apart; what is no address stays as it is. */
export function canonicalAddress(text: string): string {
  const bytes = parseAddress(text);
  if (bytes === undefined) return text.trim();
  return bytes.length === 4 ? bytes.join(".") : groups(bytes, 8).join(":");
}

/** The network of an address, enough for a place and too little for a person: /24 of IPv4, /48 of IPv6. */
export function truncateAddress(address: string): string | undefined {
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return `${bytes.slice(0, 3).join(".")}.0`;
  const kept = groups(bytes, 3);
  while (kept.at(-1) === "0") kept.pop();
  return `${kept.join(":")}::`;
}

const groups = (bytes: readonly number[], count: number): string[] =>
  Array.from({ length: count }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16));

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;

function parseFour(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  // A leading zero means octal to some parsers and decimal to others.
  if (!parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseSix(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const head = bytesOf(front ?? [], back === undefined);
  const tail = bytesOf(back ?? [], true);
  if (head === undefined || tail === undefined) return undefined;
  const gap = 16 - head.length - tail.length;
  if (back === undefined ? gap !== 0 : gap < 2) return undefined;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

/** Bytes of hexadecimal groups; where the address ends here, the last may be an IPv4 address. */
function bytesOf(parts: readonly string[], ends: boolean): readonly number[] | undefined {
  const bytes: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const four = ends && i === parts.length - 1 ? parseFour(part) : undefined;
    if (four === undefined) return undefined;
    bytes.push(...four);
  }
  return bytes;
}
