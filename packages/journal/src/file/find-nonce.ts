import type { FileWindow } from "./file-window.js";
import { fileWindow } from "./file-window.js";
import type { OpenFile } from "./files.js";
import { HEAD, HEADER_BYTES, isBody, MAGIC, readHeader } from "./frame.js";
import { nextMagic } from "./next-magic.js";
import type { Nonce } from "./nonce.js";
import { freshNonce, NONCE_BYTES, nonceOf } from "./nonce.js";
import { scan } from "./scan.js";

const CHUNK_BYTES = 16 * 1024;

/**
 * The nonce of a segment of version 2: as its first head says, or that one of `others` under which a frame is found, or as
 * its second head says, or what still stands in the two heads although they are damaged, if a frame is found under that.
 * `others` come from where nobody else writes: the mark, and the head of the segment after it. Where all is lost it is one
 * that fits nothing, for what fits a nonce found anywhere else may have been sent by anybody.
 */
export async function findNonce(file: OpenFile, size: number, others: readonly Nonce[]): Promise<Nonce> {
  const window = fileWindow(file, size, true, CHUNK_BYTES);
  return (
    (await nonceAt(window, 0, size)) ??
    (await nonceThatFits(window, size, others)) ??
    (await nonceOfTwin(window, size)) ??
    (await nonceThatFits(window, size, await noncesInHeads(window, size))) ??
    freshNonce()
  );
}

/** What the head at `offset` says, if it is one. */
async function nonceAt(window: FileWindow, offset: number, size: number): Promise<Nonce | undefined> {
  const least = HEADER_BYTES + NONCE_BYTES;
  if (!window.has(offset, least)) await window.load(offset, least);
  if (!window.has(offset, least)) return undefined;
  const nonce = namedAt(window, offset);
  if (nonce === undefined) return undefined;
  const header = readHeader(window.bytes, offset - window.base, nonce);
  if (header?.kind !== HEAD || header.idBytes !== NONCE_BYTES) return undefined;
  const bytes = HEADER_BYTES + header.bodyBytes;
  // Cut off in the first head: nothing follows that could be taken for a frame.
  if (offset + bytes > size) return offset === 0 ? nonce : undefined;
  if (!window.has(offset, bytes)) await window.load(offset, bytes);
  const from = offset - window.base + HEADER_BYTES;
  return isBody(window.bytes, from, from + header.bodyBytes, header, nonce) ? nonce : undefined;
}

/** What the head at `offset`, of which the window has enough, names as its segment's nonce, whether or not it is whole. */
function namedAt(window: FileWindow, offset: number): Nonce | undefined {
  const from = offset - window.base + HEADER_BYTES;
  return nonceOf(window.bytes.toString("latin1", from, from + NONCE_BYTES));
}

/**
 * What both heads name although they are damaged: few of a head's bytes are its nonce. Such a head has no checksum to prove
 * that it is one, and a stranger's record may lie where heads were. So the second is looked for where the first says that
 * it ends, if a magic or a head of that length is there, or at the next magic, if that head has the length and the first
 * its own magic still; and the first counts by its magic, or where it led to the second.
 */
async function noncesInHeads(window: FileWindow, size: number): Promise<readonly Nonce[]> {
  const least = HEADER_BYTES + NONCE_BYTES;
  const magic = await nextMagic(window, MAGIC, 1, size);
  await window.load(0, least);
  if (!window.has(0, least)) return [];
  const isMarked = window.bytes.indexOf(MAGIC) === 0;
  const end = bytesOf(window, 0);
  const first = namedAt(window, 0);
  const second: (Nonce | undefined)[] = [];
  for (const at of new Set([magic, end])) {
    if (!window.has(at, least)) await window.load(at, least);
    if (!window.has(at, least)) continue;
    const isAsLong = bytesOf(window, at) === at;
    if (at === end ? isAsLong || at === magic : isAsLong && isMarked) second.push(namedAt(window, at));
  }
  const named = isMarked || second.length > 0 ? [first, ...second] : [];
  return named.filter((nonce) => nonce !== undefined);
}

/** How many bytes the frame at `offset` says that it has. */
function bytesOf(window: FileWindow, offset: number): number {
  return HEADER_BYTES + window.bytes.readUInt32LE(offset - window.base + 12);
}

/** What the second head says: it stands at the next magic, where the first, which is as long, ends. A head anywhere else may be forged. */
async function nonceOfTwin(window: FileWindow, size: number): Promise<Nonce | undefined> {
  const at = await nextMagic(window, MAGIC, 1, size);
  return at < size && bytesOf(window, at) === at ? nonceAt(window, at, size) : undefined;
}

async function nonceThatFits(window: FileWindow, size: number, others: readonly Nonce[]): Promise<Nonce | undefined> {
  for (const nonce of others) {
    let fits = false;
    await scan(window, nonce, 0, size, {
      frame() {
        fits = true;
        return false;
      },
      gap() {},
    });
    if (fits) return nonce;
  }
  return undefined;
}
