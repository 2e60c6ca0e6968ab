import { byteReader } from "../value/byte-reader.js";
import { type ByteWriter, byteWriter } from "../value/byte-writer.js";
import { type CellCounts, cellsOf, type HeatCounts } from "./heat-counts.js";

/**
 * Heat as bytes: two lists, cells inside elements and cells on the page. Each is a number of entries, then per entry, in
 * order of element and cell, the step to the next element, the step to the next cell (from 0 at a new element) and the
 * signed count, all as variable-length integers of base 128.
 */
export function encodeHeat(counts: HeatCounts): Uint8Array {
  const writer = byteWriter();
  encodeList(counts.inside, writer);
  encodeList(counts.onPage, writer);
  return writer.take();
}

/** Adds what is encoded to `into`. */
export function decodeHeat(bytes: Uint8Array, into: HeatCounts): void {
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
  const entries: (readonly [element: number, cell: number, count: number])[] = [];
  for (const [element, cells] of counts) {
    for (const [cell, count] of cells) if (count !== 0) entries.push([element, cell, count]);
  }
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  number(entries.length);
  let element = 0;
  let cell = 0;
  for (const [nextElement, nextCell, count] of entries) {
    number(nextElement - element);
    if (nextElement !== element) cell = 0;
    number(nextCell - cell);
    signed(count);
    element = nextElement;
    cell = nextCell;
  }
}
