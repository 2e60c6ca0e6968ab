import { RECORD_BYTES_MAX } from "../check-record.js";
import type { Position } from "../journal.js";
import { crc32c } from "./crc32c.js";
import type { Nonce } from "./nonce.js";

// The last byte is the version of the format. The first never occurs in UTF-8: a search is not held up by text.
const OLD_MAGIC = Buffer.from([0xf5, 0x49, 0x4a, 0x01]);
/** The first bytes of every frame of version 2. */
export const MAGIC: Buffer = Buffer.from([0xf5, 0x49, 0x4a, 0x02]);

/** The first bytes of every frame of a segment with this nonce. */
export function magicOf({ text }: Nonce): Buffer {
  return text === "" ? OLD_MAGIC : MAGIC;
}

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

/** Whether a body from `from` up to `to` is what its header says. */
export function isBody(bytes: Buffer, from: number, to: number, { bodyCrc }: FrameHeader, nonce: Nonce): boolean {
  return to <= bytes.length && crc32c(bytes, from, to, nonce.body) === bodyCrc;
}

/** A frame to be written. */
export interface Frame {
  readonly kind: number;
  readonly flags: number;
  readonly position: Position;
  readonly at: number;
  /** A record's; in heads the text of the segment's nonce. */
  readonly id: string;
  /** JSON: an append's counters in its last record, the whole content of heads and notes. Empty for none. */
  readonly meta: string;
  readonly data: Uint8Array;
}

/** Bytes that a frame takes. */
export function frameBytes({ id, meta, data }: Pick<Frame, "id" | "meta" | "data">): number {
  return HEADER_BYTES + Buffer.byteLength(id) + Buffer.byteLength(meta) + data.length;
}

/** Writes a frame of a segment with this nonce into `target` at `offset` and answers where it ends. */
export function writeFrame(frame: Frame, nonce: Nonce, target: Buffer, offset: number): number {
  const body = offset + HEADER_BYTES;
  const idBytes = target.write(frame.id, body);
  const metaBytes = target.write(frame.meta, body + idBytes);
  target.set(frame.data, body + idBytes + metaBytes);
  const end = body + idBytes + metaBytes + frame.data.length;
  magicOf(nonce).copy(target, offset);
  target.writeUInt32LE(crc32c(target, body, end, nonce.body), offset + 8);
  target.writeUInt32LE(end - body, offset + 12);
  target.writeDoubleLE(frame.position, offset + 16);
  target.writeDoubleLE(frame.at, offset + 24);
  target.writeUInt8(frame.kind, offset + 32);
  target.writeUInt8(frame.flags, offset + 33);
  target.writeUInt16LE(idBytes, offset + 34);
  target.writeUInt32LE(metaBytes, offset + 36);
  target.writeUInt32LE(crc32c(target, offset + 8, body, nonce.header), offset + 4);
  return end;
}

/** Reads the header at `offset`, of which all bytes must be there; undefined when there is none, or a damaged one. */
export function readHeader(bytes: Buffer, offset: number, nonce: Nonce): FrameHeader | undefined {
  if (bytes.readUInt32LE(offset) !== magicOf(nonce).readUInt32LE(0)) return undefined;
  const checksum = crc32c(bytes, offset + 8, offset + HEADER_BYTES, nonce.header);
  if (bytes.readUInt32LE(offset + 4) !== checksum) return undefined;
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
