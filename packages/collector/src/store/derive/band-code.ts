import { numberReader, numberWriter } from "./varint.js";

/** Bands of one `attention`: which 100 px, and how many milliseconds. */
export type Bands = readonly (readonly [band: number, ms: number])[];

/** Lists of bands as bytes: each its length, then band and milliseconds by turns. */
export function encodeBands(lists: readonly Bands[]): Uint8Array {
  const writer = numberWriter();
  for (const bands of lists) {
    writer.write(bands.length);
    for (const [band, ms] of bands) {
      writer.write(band);
      writer.write(ms);
    }
  }
  return writer.bytes();
}

/** Tells every band of lists that lie in a stretch of bytes, without making lists of them. */
export function eachBand(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (band: number, ms: number) => void,
): void {
  const { read, done } = numberReader(bytes, start, end);
  while (!done()) for (let left = read(); left > 0; left--) take(read(), read());
}

/** The lists again, in their order. */
export function decodeBands(bytes: Uint8Array): readonly Bands[] {
  const reader = numberReader(bytes);
  const lists: Bands[] = [];
  while (!reader.done())
    lists.push(Array.from({ length: reader.read() }, () => [reader.read(), reader.read()] as const));
  return lists;
}
