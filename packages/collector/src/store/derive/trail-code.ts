import { numberReader, numberWriter } from "./varint.js";

/**
 * Pointer trails as bytes. Each is its number of values times two, plus one where its steps all take the same time, which
 * then stands there once; the rest are the values, signed. It takes a third less than deflated JSON, and is read without
 * the batch around it.
 */
export function encodeTrails(trails: readonly (readonly number[])[]): Uint8Array {
  const writer = numberWriter();
  for (const path of trails) {
    const even = isEven(path);
    writer.write(path.length * 2 + (even ? 1 : 0));
    if (even) writer.writeSigned(path[2] as number);
    path.forEach((value, index) => {
      if (!(even && isTime(index))) writer.writeSigned(value);
    });
  }
  return writer.bytes();
}

/** Tells every point of trails that lie in a stretch of bytes, without making lists of them. */
export function eachTrailPoint(
  bytes: Uint8Array,
  start: number,
  end: number,
  point: (x: number, y: number) => void,
): void {
  const { read, readSigned, done } = numberReader(bytes, start, end);
  while (!done()) {
    const head = read();
    const even = head % 2 === 1;
    const length = Math.floor(head / 2);
    if (even) readSigned();
    let [x, y] = [0, 0];
    for (let index = 0; index < length; ) {
      if (index >= 2 && !even) readSigned();
      if (index >= 2) index++;
      const dx = index < length ? readSigned() : 0;
      const whole = index + 1 < length;
      const dy = whole ? readSigned() : 0;
      index += 2;
      x += dx;
      y += dy;
      if (whole) point(x, y);
    }
  }
}

/** The trails again, in their order. */
export function decodeTrails(bytes: Uint8Array): readonly (readonly number[])[] {
  const reader = numberReader(bytes);
  const trails: number[][] = [];
  while (!reader.done()) {
    const head = reader.read();
    const even = head % 2 === 1;
    const time = even ? reader.readSigned() : 0;
    trails.push(
      Array.from({ length: Math.floor(head / 2) }, (_, index) => (even && isTime(index) ? time : reader.readSigned())),
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
