import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A frame of an undamaged segment, read by nothing but the format's description (packages/journal/FORMAT.md). */
export interface Frame {
  readonly kind: "head" | "record" | "note";
  readonly from: number;
  readonly to: number;
  /** Of a record its own, else that of the last record before. */
  readonly place: number;
  /** Empty for what is no record. */
  readonly id: string;
  /** It ends an append, and carries the append's counters. */
  readonly last: boolean;
}

/** An undamaged segment. */
export interface Segment {
  readonly name: string;
  readonly bytes: Buffer;
  readonly frames: readonly Frame[];
}

const kinds = { 1: "head", 2: "record", 3: "note" } as const;

/** All segments of a journal's folder, oldest first. */
export function segmentsIn(folder: string): readonly Segment[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".segment"))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, bytes, frames: framesIn(bytes) };
    });
}

function framesIn(bytes: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from < bytes.length; ) {
    if (bytes.readUInt32BE(from) !== 0xf5494a02) throw new Error(`no frame at ${from} of an undamaged segment`);
    const to = from + 40 + bytes.readUInt32LE(from + 12);
    const id = bytes.toString("utf8", from + 40, from + 40 + bytes.readUInt16LE(from + 34));
    const kind = kinds[bytes.readUInt8(from + 32) as 1 | 2 | 3];
    const place = bytes.readDoubleLE(from + 16);
    frames.push({ kind, from, to, place, id, last: (bytes.readUInt8(from + 33) & 2) !== 0 });
    from = to;
  }
  return frames;
}

/** Whether a journal's mark names its last record: it is written after those who wait were answered. */
export function isMarked(folder: string): boolean {
  const mark = readFileSync(join(folder, "mark"));
  const marked = Math.max(...[0, 24].filter((at) => at < mark.length).map((at) => mark.readDoubleLE(at + 8)));
  return marked === segmentsIn(folder).at(-1)?.frames.at(-1)?.place;
}
