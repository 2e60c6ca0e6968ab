import type { OpenFile } from "./files.js";
import { readFully, systemCode } from "./files.js";

/** A part of a file in memory that moves forward over it. */
export interface FileWindow {
  /** Bytes in memory, from `base` of the file on; a view that the next `load` overwrites. */
  readonly bytes: Buffer;
  readonly base: number;
  /** Moves, so that `length` bytes from `offset` on are in memory, or all up to the end where that comes first. */
  load(offset: number, length: number): Promise<void>;
  has(offset: number, length: number): boolean;
  /** Whether blocks were met that the disk could not read. */
  readonly unreadable: boolean;
}

const CHUNK_BYTES = 256 * 1024;
const BLOCK_BYTES = 4096;

/**
 * A window over the first `size` bytes of `file`. With `tolerant`, blocks that the disk cannot read are taken for zeros,
 * so that what stands around them is still found; without, reading them rejects. `onLoad` is told how far it has come.
 */
export function fileWindow(
  file: OpenFile,
  size: number,
  tolerant: boolean,
  chunkBytes: number = CHUNK_BYTES,
  onLoad: (end: number) => void = () => undefined,
): FileWindow {
  let buffer = Buffer.allocUnsafe(0);
  let view = buffer;
  let base = 0;
  let unreadable = false;

  async function fill(from: number, length: number): Promise<number> {
    try {
      return await readFully(file, buffer, length, from);
    } catch (error) {
      if (!tolerant || systemCode(error) !== "EIO") throw error;
    }
    unreadable = true;
    for (let done = 0; done < length; ) {
      const toNextBlock = BLOCK_BYTES - ((from + done) % BLOCK_BYTES);
      const block = buffer.subarray(done, Math.min(done + toNextBlock, length));
      await readFully(file, block, block.length, from + done).catch(() => block.fill(0));
      done += block.length;
    }
    return length;
  }

  return {
    get bytes() {
      return view;
    },
    get unreadable() {
      return unreadable;
    },
    get base() {
      return base;
    },
    has: (offset, length) => offset >= base && offset + length <= base + view.length,
    async load(offset, length) {
      const wanted = Math.max(0, Math.min(Math.max(length, chunkBytes), size - offset));
      if (buffer.length < wanted) buffer = Buffer.allocUnsafe(wanted);
      base = offset;
      view = buffer.subarray(0, await fill(offset, wanted));
      onLoad(offset + view.length);
    },
  };
}
