import type { FileWindow } from "./file-window.js";
import { HEADER_BYTES } from "./frame.js";

/** Where `magic` stands next at or after `from` with a whole header's bytes in the window; `end` when it does not. */
export async function nextMagic(window: FileWindow, magic: Buffer, from: number, end: number): Promise<number> {
  let offset = from;
  while (end - offset >= HEADER_BYTES) {
    if (!window.has(offset, HEADER_BYTES)) await window.load(offset, HEADER_BYTES);
    if (!window.has(offset, HEADER_BYTES)) return end;
    const found = window.bytes.indexOf(magic, offset - window.base);
    // A header may begin in the last bytes of this window and end in the next.
    offset = found < 0 ? window.base + window.bytes.length - magic.length + 1 : window.base + found;
    if (found >= 0 && window.has(offset, HEADER_BYTES)) return offset;
  }
  return end;
}
