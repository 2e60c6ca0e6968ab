import { crc32c } from "./crc32c.js";
import type { FileWindow } from "./file-window.js";
import type { FrameHeader } from "./frame.js";
import { HEADER_BYTES, MAGIC, RECORD, readHeader } from "./frame.js";

/** The body of an undamaged frame, to be asked only until the visitor returns. */
export interface FrameBody {
  /** Where the frame stands in the file, and where it ends. */
  readonly from: number;
  readonly to: number;
  id(): string;
  meta(): string;
  /** A copy. */
  data(): Uint8Array;
}

/** A range of a file in which no frame is to be found. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly reason: "checksum" | "truncated";
}

/** Who is told what a scan finds, in the order of the file. */
export interface ScanVisitor {
  /** Answers false to end the scan. */
  frame(header: FrameHeader, body: FrameBody): boolean;
  gap(gap: Gap): void;
}

/** Walks over the frames from `from` up to `end`, and finds its way back behind whatever is damaged. */
export async function scan(window: FileWindow, from: number, end: number, visitor: ScanVisitor): Promise<void> {
  let offset = from;
  const found = frameBody(window);
  let gap: Gap | undefined;
  const skip = (to: number, reason: Gap["reason"]): void => {
    gap = gap === undefined ? { from: offset, to, reason } : { ...gap, to };
    offset = to;
  };

  while (offset < end) {
    if (!window.has(offset, HEADER_BYTES)) await window.load(offset, HEADER_BYTES);
    const header = headerIn(window, offset, end);
    if (header === undefined) {
      const cut = end - offset < HEADER_BYTES;
      skip(await nextHeader(window, offset + 1, end), cut ? "truncated" : "checksum");
      continue;
    }
    const to = offset + HEADER_BYTES + header.bodyBytes;
    if (to > end) {
      skip(await nextHeader(window, offset + 1, end), "truncated");
      continue;
    }
    if (!window.has(offset, to - offset)) await window.load(offset, to - offset);
    const body = offset - window.base + HEADER_BYTES;
    const bodyEnd = body + header.bodyBytes;
    if (bodyEnd > window.bytes.length || crc32c(window.bytes, body, bodyEnd) !== header.bodyCrc) {
      // The length can be trusted where the very next frame begins behind it. Where it does not, bytes may have gone missing
      // or been added, and the next frame may begin inside what looks like this one.
      const intact = to === end || follows(header, await headerAt(window, to, end));
      skip(intact ? to : await nextHeader(window, offset + 1, end), "checksum");
      continue;
    }
    if (gap !== undefined) visitor.gap(gap);
    gap = undefined;
    found.move(header, offset);
    if (!visitor.frame(header, found)) return;
    offset = to;
  }
  if (gap !== undefined) visitor.gap(gap);
}

/** Within a segment places rise by one with every record, and not with anything else. */
function follows({ position }: FrameHeader, next: FrameHeader | undefined): boolean {
  return next !== undefined && next.position === (next.kind === RECORD ? position + 1 : position);
}

/** One for a whole scan: decoding every part of every frame would take longer than all the rest. */
interface MovableBody extends FrameBody {
  move(header: FrameHeader, from: number): void;
}

function frameBody(window: FileWindow): MovableBody {
  let header: FrameHeader | undefined;
  let from = 0;
  let start = 0;
  const idEnd = (): number => start + (header?.idBytes ?? 0);
  const metaEnd = (): number => idEnd() + (header?.metaBytes ?? 0);
  const end = (): number => start + (header?.bodyBytes ?? 0);
  return {
    get from() {
      return from;
    },
    get to() {
      return window.base + end();
    },
    id: () => window.bytes.toString("utf8", start, idEnd()),
    meta: () => window.bytes.toString("utf8", idEnd(), metaEnd()),
    data: () => new Uint8Array(window.bytes.subarray(metaEnd(), end())),
    move(next, offset) {
      header = next;
      from = offset;
      start = offset - window.base + HEADER_BYTES;
    },
  };
}

function headerIn(window: FileWindow, offset: number, end: number): FrameHeader | undefined {
  const whole = end - offset >= HEADER_BYTES && window.has(offset, HEADER_BYTES);
  return whole ? readHeader(window.bytes, offset - window.base) : undefined;
}

async function headerAt(window: FileWindow, offset: number, end: number): Promise<FrameHeader | undefined> {
  if (!window.has(offset, HEADER_BYTES)) await window.load(offset, HEADER_BYTES);
  return headerIn(window, offset, end);
}

/** Where the next header with a right checksum begins, at or after `from`; `end` when there is none. */
async function nextHeader(window: FileWindow, from: number, end: number): Promise<number> {
  let offset = from;
  while (end - offset >= HEADER_BYTES) {
    if (!window.has(offset, HEADER_BYTES)) await window.load(offset, HEADER_BYTES);
    if (!window.has(offset, HEADER_BYTES)) return end;
    const found = window.bytes.indexOf(MAGIC, offset - window.base);
    if (found < 0) {
      // A header may begin in the last bytes of this window and end in the next.
      offset = window.base + window.bytes.length - MAGIC.length + 1;
      continue;
    }
    offset = window.base + found;
    if ((await headerAt(window, offset, end)) !== undefined) return offset;
    offset += 1;
  }
  return end;
}
