import { bitReader, unfolded } from "../value/bit-reader.js";
import { bitWriter, folded, widthBits, widthOf } from "../value/bit-writer.js";
import { byteReader } from "../value/byte-reader.js";

/** Bands of one `attention`: which 100 px, and how many milliseconds. */
export type Bands = readonly (readonly [band: number, ms: number])[];

/** A 0 in two bytes, which no number is written as: what begins otherwise is of the first form. */
const secondForm = [0x80, 0x00] as const;

const writer = bitWriter();

/**
 * Lists of bands as bits: how many, and how wide their numbers are; then each: its length, its first band, how far each of the others
 * is from the one that would be next, and the milliseconds.
 */
export function encodeBands(lists: readonly Bands[]): Uint8Array {
  let [lengths, firsts, gaps, times] = [0, 0, 0, 0];
  for (const bands of lists) {
    lengths = Math.max(lengths, widthOf(bands.length));
    bands.forEach(([band, ms], index) => {
      if (index === 0) firsts = Math.max(firsts, widthOf(band));
      else gaps = Math.max(gaps, widthOf(gapBefore(bands, index)));
      times = Math.max(times, widthOf(ms));
    });
  }
  writer.begin(secondForm);
  writer.sized(lists.length);
  for (const width of [lengths, firsts, gaps, times]) writer.bits(width, widthBits);
  for (const bands of lists) {
    writer.bits(bands.length, lengths);
    bands.forEach(([band, ms], index) => {
      if (index === 0) writer.bits(band, firsts);
      else writer.bits(gapBefore(bands, index), gaps);
      writer.bits(ms, times);
    });
  }
  return writer.take();
}

/** How far a band is from the one that would be next, folded. */
function gapBefore(bands: Bands, index: number): number {
  return folded((bands[index]?.[0] ?? 0) - (bands[index - 1]?.[0] ?? 0) - 1);
}

/** Tells every band of lists that lie in a stretch of bytes, without making lists of them. */
export function eachBand(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (band: number, ms: number) => void,
): void {
  if (start < end && bytes[start] === secondForm[0] && bytes[start + 1] === secondForm[1]) {
    eachOfSecondForm(bytes, start, end, () => undefined, take);
    return;
  }
  const { number, done } = byteReader(bytes, start, end);
  while (!done()) for (let left = number(); left > 0; left--) take(number(), number());
}

/** The lists again, in their order. */
export function decodeBands(bytes: Uint8Array): readonly Bands[] {
  const lists: (readonly [number, number])[][] = [];
  if (bytes[0] === secondForm[0] && bytes[1] === secondForm[1]) {
    const list = (): void => void lists.push([]);
    eachOfSecondForm(bytes, 0, bytes.length, list, (band, ms) => lists.at(-1)?.push([band, ms]));
    return lists;
  }
  const reader = byteReader(bytes);
  while (!reader.done())
    lists.push(Array.from({ length: reader.number() }, () => [reader.number(), reader.number()] as const));
  return lists;
}

function eachOfSecondForm(
  bytes: Uint8Array,
  start: number,
  end: number,
  list: () => void,
  take: (band: number, ms: number) => void,
): void {
  const { bits, sized } = bitReader(bytes, start + secondForm.length, end);
  const count = sized();
  const [lengths, firsts, gaps, times] = [bits(widthBits), bits(widthBits), bits(widthBits), bits(widthBits)];
  for (let left = count; left > 0; left--) {
    list();
    const length = bits(lengths);
    let band = 0;
    for (let index = 0; index < length; index++) {
      band = index === 0 ? bits(firsts) : band + 1 + unfolded(bits(gaps));
      take(band, bits(times));
    }
  }
}
