import type { Position } from "../journal.js";
import type { Nonce } from "./nonce.js";
import { freshNonce, NO_NONCE } from "./nonce.js";

/** One file of the journal, and what is known of it without reading it again. */
export interface Segment {
  readonly name: string;
  /** Its number in the order of the files. */
  readonly sequence: number;
  /** What its frames' checksums begin with; one that fits nothing as long as it is not known. */
  nonce: Nonce;
  /** Bytes that hold acknowledged frames; nothing after them is ever read. */
  bytes: number;
  /** Bytes of it that are heads and notes, which summaries in later segments replace. */
  noteBytes: number;
  records: number;
  /** Places of its first and last record; 0 while it has none. */
  first: Position;
  last: Position;
  /** When they were appended, in ms since 1970. */
  firstAt: number;
  lastAt: number;
  /** Where to begin reading: every so many bytes, the place before which a record begins at an offset. */
  readonly marks: { readonly position: Position; readonly offset: number }[];
  /** Parts of it could not be read from the disk. */
  unreadable: boolean;
}

const MARK_EVERY_BYTES = 64 * 1024;
/** What is added to the name of a segment that could not be opened. */
export const ASIDE = ".unreadable";

const NAME = /^(\d{8,15})-(\d{16})(\.2)?\.segment(\.unreadable)?$/;

/** A segment without records. `next` is the place that its first record will get. */
export function newSegment(sequence: number, next: Position, nonce: Nonce): Segment {
  const name = `${String(sequence).padStart(8, "0")}-${String(next).padStart(16, "0")}.2.segment`;
  return emptySegment(name, sequence, nonce);
}

/** A segment as its name tells it. */
export interface NamedSegment {
  readonly segment: Segment;
  /** The place that its first record would get. */
  readonly next: Position;
  /** Of the format. In version 1 frames have no nonce: nothing is added to such a segment. */
  readonly version: 1 | 2;
  /** It could not be opened before, and is left alone. */
  readonly aside: boolean;
}

/** What a file's name says, undefined when it is no segment's. Places and versions in names survive the loss of what is inside. */
export function parseSegmentName(name: string): NamedSegment | undefined {
  const [, sequence, next, second, aside] = NAME.exec(name) ?? [];
  if (sequence === undefined || next === undefined) return undefined;
  const version = second === undefined ? 1 : 2;
  const segment = emptySegment(name, Number(sequence), version === 1 ? NO_NONCE : freshNonce());
  return { segment, next: Number(next), version, aside: aside !== undefined };
}

function emptySegment(name: string, sequence: number, nonce: Nonce): Segment {
  return {
    name,
    sequence,
    nonce,
    bytes: 0,
    noteBytes: 0,
    records: 0,
    first: 0,
    last: 0,
    firstAt: 0,
    lastAt: 0,
    marks: [],
    unreadable: false,
  };
}

/** Enters a record that begins at `offset`. */
export function enterRecord(segment: Segment, position: Position, at: number, offset: number): void {
  if (segment.records === 0) {
    segment.first = position;
    segment.firstAt = at;
  }
  segment.records += 1;
  segment.last = position;
  segment.lastAt = at;
  const before = segment.marks.at(-1);
  if (before === undefined || offset - before.offset >= MARK_EVERY_BYTES) segment.marks.push({ position, offset });
}

/** Where reading must begin to meet every record after `after`. */
export function offsetBefore(segment: Segment, after: Position): number {
  let low = 0;
  let high = segment.marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segment.marks[middle]?.position ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return segment.marks[Math.max(0, low - 1)]?.offset ?? 0;
}
