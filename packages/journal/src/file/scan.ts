import type { FileWindow } from "./file-window.js";
import type { FrameHeader } from "./frame.js";
import { HEADER_BYTES, isBody, magicOf, RECORD, readHeader } from "./frame.js";
import { nextMagic } from "./next-magic.js";
import type { Nonce } from "./nonce.js";

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

/** Walks over the frames of a segment from `from` up to `end`, and finds its way back behind whatever is damaged. */
export async function scan(
  window: FileWindow,
  nonce: Nonce,
  from: number,
  end: number,
  visitor: ScanVisitor,
): Promise<void> {
  let offset = from;
  const found = frameBody(window);
  let gap: Gap | undefined;
  const skip = (to: number, reason: Gap["reason"]): void => {
    gap = gap === undefined ? { from: offset, to, reason } : { ...gap, to };
    offset = to;
  };
  const headerIn = (at: number): FrameHeader | undefined => {
    const whole = end - at >= HEADER_BYTES && window.has(at, HEADER_BYTES);
    return whole ? readHeader(window.bytes, at - window.base, nonce) : undefined;
  };
  const headerAt = async (at: number): Promise<FrameHeader | undefined> => {
    if (!window.has(at, HEADER_BYTES)) await window.load(at, HEADER_BYTES);
    return headerIn(at);
  };
  /** Where the next header with a right checksum begins, at or after `at`; `end` when there is none. */
  const nextHeader = async (at: number): Promise<number> => {
    const magic = magicOf(nonce);
    let found = await nextMagic(window, magic, at, end);
    while (found < end && headerIn(found) === undefined) found = await nextMagic(window, magic, found + 1, end);
    return found;
  };

  while (offset < end) {
    if (!window.has(offset, HEADER_BYTES)) await window.load(offset, HEADER_BYTES);
    const header = headerIn(offset);
    if (header === undefined) {
      const cut = end - offset < HEADER_BYTES;
      skip(await nextHeader(offset + 1), cut ? "truncated" : "checksum");
      continue;
    }
    const to = offset + HEADER_BYTES + header.bodyBytes;
    if (to > end) {
      skip(await nextHeader(offset + 1), "truncated");
      continue;
    }
    if (!window.has(offset, to - offset)) await window.load(offset, to - offset);
    const body = offset - window.base + HEADER_BYTES;
    const bodyEnd = body + header.bodyBytes;
    if (!isBody(window.bytes, body, bodyEnd, header, nonce)) {
      // The length can be trusted where the very next frame begins behind it. Where it does not, bytes may have gone missing
      // or been added, and the next frame may begin inside what looks like this one.
      const intact = to === end || follows(header, await headerAt(to));
      skip(intact ? to : await nextHeader(offset + 1), "checksum");
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
