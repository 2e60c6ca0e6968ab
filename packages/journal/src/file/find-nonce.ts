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
 * The nonce of a segment of version 2, as one of its heads says, or, where both are damaged, that one of `others`, or of
 * those that still stand in the damaged heads, under which a frame is found. `others` come from where nobody else writes:
 * the mark, and the head of the segment after it. Where all is lost it is one that fits nothing, for what fits a nonce
 * found anywhere else may have been sent by anybody.
 */
export async function findNonce(file: OpenFile, size: number, others: readonly Nonce[]): Promise<Nonce> {
  const window = fileWindow(file, size, true, CHUNK_BYTES);
  return (
    (await nonceAt(window, 0, size)) ??
    (await nonceOfTwin(window, size)) ??
    (await nonceThatFits(window, size, others)) ??
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
  // Cut off in the head: nothing follows that could be taken for a frame.
  if (offset + bytes > size) return nonce;
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
 * What both heads name although they are damaged: few of a head's bytes are its nonce. They stand where only the journal
 * writes: at byte 0, and where two of three agree on it, at which are the first head's length, the second's, and its magic.
 */
async function noncesInHeads(window: FileWindow, size: number): Promise<readonly Nonce[]> {
  const least = HEADER_BYTES + NONCE_BYTES;
  const magic = await nextMagic(window, MAGIC, 1, size);
  await window.load(0, least);
  if (!window.has(0, least)) return [];
  const named = [namedAt(window, 0)];
  const length = bytesOf(window, 0);
  for (const at of new Set([magic, length])) {
    if (!window.has(at, least)) await window.load(at, least);
    if (!window.has(at, least)) continue;
    const agreed = [magic, length, bytesOf(window, at)].filter((place) => place === at);
    if (agreed.length > 1) named.push(namedAt(window, at));
  }
  return named.filter((nonce) => nonce !== undefined);
}

/** How many bytes the frame at `offset` says that it has. */
function bytesOf(window: FileWindow, offset: number): number {
  return HEADER_BYTES + window.bytes.readUInt32LE(offset - window.base + 12);
}

/** What the second head says: it stands where the first, which is as long, ends. A head anywhere else may be forged. */
async function nonceOfTwin(window: FileWindow, size: number): Promise<Nonce | undefined> {
  for (let at = await nextMagic(window, MAGIC, 1, size); at < size; at = await nextMagic(window, MAGIC, at + 1, size)) {
    const nonce = bytesOf(window, at) === at ? await nonceAt(window, at, size) : undefined;
    if (nonce !== undefined) return nonce;
  }
  return undefined;
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
