/**
 * A UUID of version 7 (RFC 9562, 5.7): the time in its first 48 bits, so that ids sort by birth, then 74 random bits.
 * Nothing may read the time back from an id: the clock that wrote it is the visitor's.
 */
export function uuidv7(
  now: number = Date.now(),
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(10)),
): string {
  let hex = Math.floor(now).toString(16).padStart(12, "0").slice(-12);
  hex += (0x7000 | ((((random[0] as number) & 0x0f) << 8) | (random[1] as number))).toString(16);
  hex += (0x80 | ((random[2] as number) & 0x3f)).toString(16);
  for (let i = 3; i < 10; i++) hex += (random[i] as number).toString(16).padStart(2, "0");
  // V8 keeps joined pieces as a tree of them, at four times the bytes, for as long as an id is remembered; `join` writes one text.
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
