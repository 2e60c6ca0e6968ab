import { bitReader, unfolded } from "../value/bit-reader.js";
import { bitWriter, folded, lowBits, widthBits, widthOf } from "../value/bit-writer.js";
import { byteReader } from "../value/byte-reader.js";
import { type CellCounts, cellsOf, type HeatCounts } from "./heat-counts.js";

/** A 0 and a 1 in two bytes, which no number is written as: what begins otherwise is of the first form. */
const secondForm = [0x80, 0x00] as const;
const thirdForm = [0x81, 0x00] as const;

const begins = (bytes: Uint8Array, [first, second]: readonly [number, number]): boolean =>
  bytes[0] === first && bytes[1] === second;

const writer = bitWriter(4_096);

/**
 * Heat as bits: two lists, cells inside elements and cells on the page. Each is a number of elements and how wide its numbers
 * are; then per element, in order, the step to it from the one before and its number of cells, then per cell, in order, its
 * number, or the step to it from the one before in Rice's code, and by how much its count is another than 1.
 */
export function encodeHeat(counts: HeatCounts): Uint8Array {
  writer.begin(thirdForm);
  encodeList(counts.inside);
  encodeList(counts.onPage);
  return writer.take();
}

/** Adds what is encoded to `into`. */
export function decodeHeat(bytes: Uint8Array, into: HeatCounts): void {
  if (begins(bytes, secondForm)) {
    decodeSecondForm(bytes, into);
    return;
  }
  if (!begins(bytes, thirdForm)) {
    decodeFirstForm(bytes, into);
    return;
  }
  const { bits, sized, rice } = bitReader(bytes, thirdForm.length);
  for (const list of [into.inside, into.onPage]) {
    const elements = sized();
    if (elements === 0) continue;
    const [steps, sizes, firsts] = [bits(widthBits), bits(widthBits), bits(widthBits)];
    const [low, most] = [bits(widthBits), bits(widthBits)];
    let element = 0;
    for (let left = elements; left > 0; left--) {
      element += bits(steps);
      const cells = cellsOf(list, element);
      const size = bits(sizes);
      let cell = 0;
      for (let index = 0; index < size; index++) {
        cell = index === 0 ? bits(firsts) : cell + rice(low);
        const count = most === 0 || bits(1) === 0 ? 1 : 1 + unfolded(bits(most));
        cells.set(cell, (cells.get(cell) ?? 0) + count);
      }
    }
  }
}

/** As they were written next, in numbers of base 128: the step to a cell times two, plus one where its count follows. */
function decodeSecondForm(bytes: Uint8Array, into: HeatCounts): void {
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

function encodeList(counts: CellCounts): void {
  const elements = [...counts]
    .map(([element, cells]) => ({ element, cells, order: orderOf(cells) }))
    .filter(({ order }) => order.length > 0)
    .sort((a, b) => a.element - b.element);
  writer.sized(elements.length);
  if (elements.length === 0) return;
  let [steps, sizes, firsts, most, reach, gaps, before] = [0, 0, 0, 0, 0, 0, 0];
  for (const { element, cells, order } of elements) {
    const first = order[0] ?? 0;
    steps = Math.max(steps, element - before);
    before = element;
    sizes = Math.max(sizes, order.length);
    firsts = Math.max(firsts, first);
    reach += (order.at(-1) ?? 0) - first;
    gaps += order.length - 1;
    for (const count of cells.values()) if (count !== 0) most = Math.max(most, folded(count - 1));
  }
  const low = lowBits(reach, gaps);
  const widths = [widthOf(steps), widthOf(sizes), widthOf(firsts), low, widthOf(most)] as const;
  for (const width of widths) writer.bits(width, widthBits);
  before = 0;
  for (const { element, cells, order } of elements) {
    writer.bits(element - before, widths[0]);
    before = element;
    writer.bits(order.length, widths[1]);
    let last = -1;
    for (const cell of order) {
      if (last < 0) writer.bits(cell, widths[2]);
      else writer.rice(cell - last, low);
      last = cell;
      if (most === 0) continue;
      const count = cells.get(cell) ?? 0;
      writer.bits(count === 1 ? 0 : 1, 1);
      if (count !== 1) writer.bits(folded(count - 1), widths[4]);
    }
  }
}

/** The cells that count, in order: typed arrays sort numbers without calling back. */
function orderOf(cells: ReadonlyMap<number, number>): Float64Array {
  const order = new Float64Array(cells.size);
  let length = 0;
  for (const [cell, count] of cells) if (count !== 0) order[length++] = cell;
  return order.subarray(0, length).sort();
}
