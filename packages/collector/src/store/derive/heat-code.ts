import { byteReader } from "../value/byte-reader.js";
import { type ByteWriter, byteWriter } from "../value/byte-writer.js";
import { type CellCounts, cellsOf, type HeatCounts } from "./heat-counts.js";

/** A 0 in two bytes, which no number is written as: what begins otherwise is of the first form. */
const secondForm = [0x80, 0x00] as const;

/**
 * Heat as bytes: two lists, cells inside elements and cells on the page. Each is a number of elements, then per element, in
 * order, the step to it from the one before and its number of cells, then per cell, in order, the step to it from the one
 * before, times two, plus one where its count is another than 1, which then follows, signed. All are variable-length
 * integers of base 128.
 */
export function encodeHeat(counts: HeatCounts): Uint8Array {
  const writer = byteWriter();
  for (const byte of secondForm) writer.byte(byte);
  encodeList(counts.inside, writer);
  encodeList(counts.onPage, writer);
  return writer.take();
}

/** Adds what is encoded to `into`. */
export function decodeHeat(bytes: Uint8Array, into: HeatCounts): void {
  if (bytes[0] !== secondForm[0] || bytes[1] !== secondForm[1]) {
    decodeFirstForm(bytes, into);
    return;
  }
  const { number, signed } = byteReader(bytes, secondForm.length);
  for (const list of [into.inside, into.onPage]) {
    let element = 0;
    for (let elements = number(); elements > 0; elements--) {
      element += number();
      const cells = cellsOf(list, element);
      let cell = 0;
      for (let left = number(); left > 0; left--) {
        const step = number();
        cell += Math.floor(step / 2);
        cells.set(cell, (cells.get(cell) ?? 0) + (step % 2 === 0 ? 1 : signed()));
      }
    }
  }
}

/** As parts were written first: per cell the step to its element, the step to it (from 0 at a new element), and its count. */
function decodeFirstForm(bytes: Uint8Array, into: HeatCounts): void {
  const { number, signed } = byteReader(bytes);
  for (const list of [into.inside, into.onPage]) {
    let element = 0;
    let cell = 0;
    let cells: Map<number, number> | null = null;
    for (let left = number(); left > 0; left--) {
      const step = number();
      if (step > 0) {
        cell = 0;
        cells = null;
      }
      element += step;
      cell += number();
      // Most entries follow another of their element: it is looked up once.
      cells ??= cellsOf(list, element);
      cells.set(cell, (cells.get(cell) ?? 0) + signed());
    }
  }
}

function encodeList(counts: CellCounts, { number, signed }: ByteWriter): void {
  const elements = [...counts]
    .map(([element, cells]) => [element, [...cells].filter(([, count]) => count !== 0)] as const)
    .filter(([, cells]) => cells.length > 0)
    .sort((a, b) => a[0] - b[0]);
  number(elements.length);
  let before = 0;
  for (const [element, cells] of elements) {
    number(element - before);
    before = element;
    number(cells.length);
    cells.sort((a, b) => a[0] - b[0]);
    let last = 0;
    for (const [cell, count] of cells) {
      number((cell - last) * 2 + (count === 1 ? 0 : 1));
      if (count !== 1) signed(count);
      last = cell;
    }
  }
}
