import { RECORD_BYTES_MAX } from "../check-record.js";
import type { Position } from "../journal.js";
import { crc32c } from "./crc32c.js";

/**
 * The first bytes of every frame; the last of them is the version of the format. The first never occurs in UTF-8, so
 * that no text inside a record can be taken for a frame while looking for one behind a damaged range.
 */
export const MAGIC: Buffer = Buffer.from([0xf5, 0x49, 0x4a, 0x01]);

/** Bytes before a frame's body. */
export const HEADER_BYTES = 40;

/** `head` stands first in a segment and sums up all that came before; `note` changes counters and cursors. */
export const HEAD = 1;
export const RECORD = 2;
export const NOTE = 3;

/** The frame is the first, or the last, of those that one append wrote. */
export const FIRST = 1;
export const LAST = 2;

// A head holds every counter and cursor; well beyond what any journal gathers, and a bound for what a reader allocates.
const META_BYTES_MAX = RECORD_BYTES_MAX;

/** What a frame's header says. */
export interface FrameHeader {
  readonly kind: number;
  readonly flags: number;
  readonly position: Position;
  /** When it was written, in ms since 1970. */
  readonly at: number;
  readonly idBytes: number;
  readonly metaBytes: number;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
}

/** A frame to be written. */
export interface Frame {
  readonly kind: number;
  readonly flags: number;
  readonly position: Position;
  readonly at: number;
  readonly id: string;
  /** JSON: an append's counters in its last record, the whole content of heads and notes. Empty for none. */
  readonly meta: string;
  readonly data: Uint8Array;
}

/** Bytes that a frame takes. */
export function frameBytes({ id, meta, data }: Frame): number {
  return HEADER_BYTES + Buffer.byteLength(id) + Buffer.byteLength(meta) + data.length;
}

/** Writes a frame into `target` at `offset` and answers where it ends. */
export function writeFrame(frame: Frame, target: Buffer, offset: number): number {
  const body = offset + HEADER_BYTES;
  const idBytes = target.write(frame.id, body);
  const metaBytes = target.write(frame.meta, body + idBytes);
  target.set(frame.data, body + idBytes + metaBytes);
  const end = body + idBytes + metaBytes + frame.data.length;
  MAGIC.copy(target, offset);
  target.writeUInt32LE(crc32c(target, body, end), offset + 8);
  target.writeUInt32LE(end - body, offset + 12);
  target.writeDoubleLE(frame.position, offset + 16);
  target.writeDoubleLE(frame.at, offset + 24);
  target.writeUInt8(frame.kind, offset + 32);
  target.writeUInt8(frame.flags, offset + 33);
  target.writeUInt16LE(idBytes, offset + 34);
  target.writeUInt32LE(metaBytes, offset + 36);
  target.writeUInt32LE(crc32c(target, offset + 8, body), offset + 4);
  return end;
}

/** Reads the header at `offset`, of which all bytes must be there; undefined when there is none, or a damaged one. */
export function readHeader(bytes: Buffer, offset: number): FrameHeader | undefined {
  if (bytes.readUInt32LE(offset) !== MAGIC.readUInt32LE(0)) return undefined;
  if (bytes.readUInt32LE(offset + 4) !== crc32c(bytes, offset + 8, offset + HEADER_BYTES)) return undefined;
  const header: FrameHeader = {
    kind: bytes.readUInt8(offset + 32),
    flags: bytes.readUInt8(offset + 33),
    position: bytes.readDoubleLE(offset + 16),
    at: bytes.readDoubleLE(offset + 24),
    idBytes: bytes.readUInt16LE(offset + 34),
    metaBytes: bytes.readUInt32LE(offset + 36),
    bodyBytes: bytes.readUInt32LE(offset + 12),
    bodyCrc: bytes.readUInt32LE(offset + 8),
  };
  const sane =
    header.idBytes + header.metaBytes <= header.bodyBytes &&
    header.bodyBytes <= RECORD_BYTES_MAX + META_BYTES_MAX + 512 &&
    Number.isSafeInteger(header.position) &&
    header.position >= 0;
  return sane ? header : undefined;
}
