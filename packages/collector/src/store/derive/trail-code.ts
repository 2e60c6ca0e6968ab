import { bitReader, unfolded } from "../value/bit-reader.js";
import { bitWriter, folded, widthBits, widthOf } from "../value/bit-writer.js";
import { byteReader } from "../value/byte-reader.js";

/** A trail of no values whose steps all take the same time, which is none: what begins otherwise is of the first form. */
const secondForm = 1;
/** Bits that say how wide a trail's steps are; all of them ones where that takes more. */
const stepBits = 4;
const wide = 2 ** stepBits - 1;

const writer = bitWriter();

/**
 * Pointer trails as bits, a quarter less than whole bytes for each value, and read without the batch around them. First how
 * many, how wide their lengths and first points are, and what time the first step takes. Then each: its number of values, its
 * first point, whether its steps all take the time of the step before, how wide its steps are, and these. Numbers of either
 * sign are folded.
 */
export function encodeTrails(trails: readonly (readonly number[])[]): Uint8Array {
  let [lengths, xs, ys] = [0, 0, 0];
  for (const path of trails) {
    lengths = Math.max(lengths, widthOf(path.length));
    xs = Math.max(xs, widthOf(folded(path[0] ?? 0)));
    ys = Math.max(ys, widthOf(folded(path[1] ?? 0)));
  }
  writer.begin([secondForm]);
  writer.sized(trails.length);
  for (const width of [lengths, xs, ys]) writer.bits(width, widthBits);
  let time = trails.find((path) => path.length > 2)?.[2] ?? 0;
  writer.sized(folded(time));
  for (const path of trails) {
    const { length } = path;
    writer.bits(length, lengths);
    if (length > 0) writer.bits(folded(path[0] as number), xs);
    if (length > 1) writer.bits(folded(path[1] as number), ys);
    if (length < 3) continue;
    const [times, across, down] = widthsOf(path, time);
    writer.bits(times === 0 ? 1 : 0, 1);
    if (times > 0) writer.bits(times, widthBits);
    writeWidth(across);
    writeWidth(down);
    for (let index = 2; index < length; index += 3) {
      if (times > 0) writer.bits(folded((path[index] as number) - time), times);
      time = path[index] as number;
      if (index + 1 < length) writer.bits(folded(path[index + 1] as number), across);
      if (index + 2 < length) writer.bits(folded(path[index + 2] as number), down);
    }
  }
  return writer.take();
}

/** How wide a trail's changes of time and its steps are. */
function widthsOf(path: readonly number[], before: number): readonly [times: number, across: number, down: number] {
  let [times, across, down, time] = [0, 0, 0, before];
  for (let index = 2; index < path.length; index += 3) {
    const now = path[index] as number;
    if (now !== time) times = Math.max(times, widthOf(folded(now - time)));
    time = now;
    across = Math.max(across, folded(path[index + 1] ?? 0));
    down = Math.max(down, folded(path[index + 2] ?? 0));
  }
  return [times, widthOf(across), widthOf(down)];
}

function writeWidth(width: number): void {
  writer.bits(Math.min(width, wide), stepBits);
  if (width >= wide) writer.bits(width, widthBits);
}

/** Tells every point of trails that lie in a stretch of bytes, without making lists of them. */
export function eachTrailPoint(
  bytes: Uint8Array,
  start: number,
  end: number,
  point: (x: number, y: number) => void,
): void {
  let [x, y] = [0, 0];
  eachValue(bytes, start, end, (index, value) => {
    if (index === 0) x = value;
    else if (index === 1) y = value;
    else if (index % 3 === 0) x += value;
    else if (index % 3 === 1) y += value;
    if (index > 0 && index % 3 === 1) point(x, y);
  });
}

/** The trails again, in their order. */
export function decodeTrails(bytes: Uint8Array): readonly (readonly number[])[] {
  const trails: number[][] = [];
  let path: number[] = [];
  const begin = (): void => {
    path = [];
    trails.push(path);
  };
  eachValue(bytes, 0, bytes.length, (_, value) => void path.push(value), begin);
  return trails;
}

/** Tells every value of trails, with its place in its own. */
function eachValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (index: number, value: number) => void,
  begin: () => void = () => undefined,
): void {
  if (start === end || bytes[start] !== secondForm) {
    eachOfFirstForm(bytes, start, end, take, begin);
    return;
  }
  const { bits, sized } = bitReader(bytes, start + 1, end);
  const readWidth = (): number => {
    const width = bits(stepBits);
    return width < wide ? width : bits(widthBits);
  };
  const trails = sized();
  const [lengths, xs, ys] = [bits(widthBits), bits(widthBits), bits(widthBits)];
  let time = unfolded(sized());
  for (let trail = 0; trail < trails; trail++) {
    begin();
    const length = bits(lengths);
    if (length > 0) take(0, unfolded(bits(xs)));
    if (length > 1) take(1, unfolded(bits(ys)));
    if (length < 3) continue;
    const times = bits(1) === 1 ? 0 : bits(widthBits);
    const [across, down] = [readWidth(), readWidth()];
    for (let index = 2; index < length; index += 3) {
      if (times > 0) time += unfolded(bits(times));
      take(index, time);
      if (index + 1 < length) take(index + 1, unfolded(bits(across)));
      if (index + 2 < length) take(index + 2, unfolded(bits(down)));
    }
  }
}

/**
 * As trails were written first: each its number of values times two, plus one where its steps all take the same time, which
 * then stands there once; the rest are the values, signed.
 */
function eachOfFirstForm(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (index: number, value: number) => void,
  begin: () => void,
): void {
  const { number, signed, done } = byteReader(bytes, start, end);
  while (!done()) {
    begin();
    const head = number();
    const even = head % 2 === 1;
    const time = even ? signed() : 0;
    const length = Math.floor(head / 2);
    for (let index = 0; index < length; index++) take(index, even && isTime(index) ? time : signed());
  }
}

/** `x, y` come first, then `dt, dx, dy` again and again. */
function isTime(index: number): boolean {
  return index >= 2 && index % 3 === 2;
}
