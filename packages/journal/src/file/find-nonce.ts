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
 * The nonce of a segment of version 2, as one of its heads says, or, where both are damaged, that one of `others` under
 * which a frame is found. `others` come from where nobody else writes: the mark, and the head of the segment after it.
 * Where all is lost it is one that fits nothing, for what fits a nonce found anywhere else may have been sent by anybody.
 */
export async function findNonce(file: OpenFile, size: number, others: readonly Nonce[]): Promise<Nonce> {
  const window = fileWindow(file, size, true, CHUNK_BYTES);
  return (
    (await nonceAt(window, 0, size)) ??
    (await nonceOfTwin(window, size)) ??
    (await nonceThatFits(window, size, others)) ??
    freshNonce()
  );
}

/** What the head at `offset` says, if it is one. */
async function nonceAt(window: FileWindow, offset: number, size: number): Promise<Nonce | undefined> {
  const least = HEADER_BYTES + NONCE_BYTES;
  if (!window.has(offset, least)) await window.load(offset, least);
  if (!window.has(offset, least)) return undefined;
  const body = offset - window.base + HEADER_BYTES;
  const nonce = nonceOf(window.bytes.toString("latin1", body, body + NONCE_BYTES));
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

/** What the second head says: it stands where the first, which is as long, ends. A head anywhere else may be forged. */
async function nonceOfTwin(window: FileWindow, size: number): Promise<Nonce | undefined> {
  for (let at = await nextMagic(window, MAGIC, 1, size); at < size; at = await nextMagic(window, MAGIC, at + 1, size)) {
    const bytes = HEADER_BYTES + window.bytes.readUInt32LE(at - window.base + 12);
    const nonce = bytes === at ? await nonceAt(window, at, size) : undefined;
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
