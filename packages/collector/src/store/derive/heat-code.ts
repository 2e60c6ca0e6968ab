import { type CellCounts, cellsOf, type HeatCounts } from "./heat-counts.js";

/**
 * Heat as bytes: two lists, cells inside elements and cells on the page. Each is a number of entries, then per entry, in
 * order of element and cell, the step to the next element, the step to the next cell (from 0 at a new element) and the
 * signed count, all as variable-length integers of base 128.
 */
export function encodeHeat(counts: HeatCounts): Uint8Array {
  const bytes: number[] = [];
  encodeList(counts.inside, bytes);
  encodeList(counts.onPage, bytes);
  return Uint8Array.from(bytes);
}

/** Adds what is encoded to `into`. */
export function decodeHeat(bytes: Uint8Array, into: HeatCounts): void {
  let at = 0;
  const read = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("heat ends early");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  for (const list of [into.inside, into.onPage]) {
    let element = 0;
    let cell = 0;
    let cells: Map<number, number> | null = null;
    for (let left = read(); left > 0; left--) {
      const step = read();
      if (step > 0) {
        cell = 0;
        cells = null;
      }
      element += step;
      cell += read();
      const folded = read();
      // Most entries follow another of their element: it is looked up once.
      cells ??= cellsOf(list, element);
      cells.set(cell, (cells.get(cell) ?? 0) + (folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2));
    }
  }
}

function encodeList(counts: CellCounts, bytes: number[]): void {
  const write = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  const entries: (readonly [element: number, cell: number, count: number])[] = [];
  for (const [element, cells] of counts) {
    for (const [cell, count] of cells) if (count !== 0) entries.push([element, cell, count]);
  }
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  write(entries.length);
  let element = 0;
  let cell = 0;
  for (const [nextElement, nextCell, count] of entries) {
    write(nextElement - element);
    if (nextElement !== element) cell = 0;
    write(nextCell - cell);
    write(count < 0 ? -count * 2 - 1 : count * 2);
    element = nextElement;
    cell = nextCell;
  }
}
