import { byteReader } from "../value/byte-reader.js";
import { byteWriter } from "../value/byte-writer.js";

/** Bands of one `attention`: which 100 px, and how many milliseconds. */
export type Bands = readonly (readonly [band: number, ms: number])[];

/** Lists of bands as bytes: each its length, then band and milliseconds by turns. */
export function encodeBands(lists: readonly Bands[]): Uint8Array {
  const writer = byteWriter();
  for (const bands of lists) {
    writer.number(bands.length);
    for (const [band, ms] of bands) {
      writer.number(band);
      writer.number(ms);
    }
  }
  return writer.take();
}

/** Tells every band of lists that lie in a stretch of bytes, without making lists of them. */
export function eachBand(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (band: number, ms: number) => void,
): void {
  const { number, done } = byteReader(bytes, start, end);
  while (!done()) for (let left = number(); left > 0; left--) take(number(), number());
}

/** The lists again, in their order. */
export function decodeBands(bytes: Uint8Array): readonly Bands[] {
  const reader = byteReader(bytes);
  const lists: Bands[] = [];
  while (!reader.done())
    lists.push(Array.from({ length: reader.number() }, () => [reader.number(), reader.number()] as const));
  return lists;
}
