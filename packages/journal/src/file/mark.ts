import { join } from "node:path";
import type { Position } from "../journal.js";
import { crc32c } from "./crc32c.js";
import type { Files, OpenFile } from "./files.js";
import { readFully, writeAll } from "./files.js";

/** Remembers, beside the segments, which place was acknowledged last. */
export interface Mark {
  /** Writes `position` down soon, without an fsync: a kill in that instant makes it a group old, a power cut older. */
  set(position: Position): void;
  /** Resolves once the last position is written down, synced where the disk allows it. */
  close(): Promise<void>;
}

const FILE = "mark";
const MAGIC = 0x4d4a49f5;
const SLOT_BYTES = 24;

/**
 * The place that was acknowledged last, as far as is known; 0 without a readable mark. Recovery needs it to tell a write
 * that was cut off before its acknowledgement (to be forgotten) from damage to what was acknowledged (to be reported, its
 * places never to be given out again).
 */
export async function readMark(folder: string, files: Files): Promise<Position> {
  const slots = Buffer.alloc(2 * SLOT_BYTES);
  let file: OpenFile | undefined;
  try {
    file = await files.open(join(folder, FILE), "r");
    await readFully(file, slots, slots.length, 0);
  } catch {
    return 0;
  } finally {
    await file?.close().catch(() => undefined);
  }
  return Math.max(readSlot(slots, 0), readSlot(slots, SLOT_BYTES));
}

function readSlot(slots: Buffer, offset: number): Position {
  if (slots.readUInt32LE(offset) !== MAGIC) return 0;
  if (slots.readUInt32LE(offset + 4) !== crc32c(slots, offset + 8, offset + SLOT_BYTES)) return 0;
  const position = slots.readDoubleLE(offset + 8);
  return Number.isSafeInteger(position) ? position : 0;
}

/** The mark of a folder that this process writes. Two slots take turns, so that a torn write spares the one before. */
export function openMark(folder: string, files: Files): Mark {
  const path = join(folder, FILE);
  let file: OpenFile | undefined;
  let wanted: Position = 0;
  let written: Position = 0;
  let turn = 0;
  let writing: Promise<void> = Promise.resolve();
  let busy = false;

  async function write(): Promise<void> {
    const position = wanted;
    file ??= await files.open(path, "r+").catch(() => files.open(path, "wx+"));
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeUInt32LE(MAGIC, 0);
    slot.writeDoubleLE(position, 8);
    slot.writeUInt32LE(crc32c(slot, 8), 4);
    turn = 1 - turn;
    await writeAll(file, slot, turn * SLOT_BYTES);
    written = position;
  }

  async function catchUp(): Promise<void> {
    busy = true;
    try {
      while (written < wanted) await write();
    } catch {
      // A mark that cannot be written is only old, and the next one tries again.
    }
    busy = false;
  }

  return {
    set(position) {
      wanted = position;
      if (!busy) writing = catchUp();
    },
    async close() {
      await writing;
      if (file === undefined) return;
      await file.datasync().catch(() => undefined);
      await file.close().catch(() => undefined);
    },
  };
}
