import { join } from "node:path";
import type { Position } from "../journal.js";
import { crc32c } from "./crc32c.js";
import type { Files, OpenFile } from "./files.js";
import { readFully, writeAll } from "./files.js";
import type { Nonce } from "./nonce.js";
import { NO_NONCE, nonceOf } from "./nonce.js";

/** Remembers, beside the segments, which place was acknowledged last. */
export interface Mark {
  /**
   * Writes down soon `position` and the nonce of the segment that holds it, without an fsync: a kill in that instant makes
   * it a group old, a power cut older.
   */
  set(position: Position, nonce: Nonce): void;
  /** Resolves once the last position is written down, synced where the disk allows it. */
  close(): Promise<void>;
}

const FILE = "mark";
const MAGIC = 0x4d4a49f5;
const SLOT_BYTES = 24;

/** What a mark says. */
export interface Marked {
  /** The place that was acknowledged last, as far as is known; 0 without a readable mark. */
  readonly acknowledged: Position;
  /** Nonces of the newest segments, for those whose heads are damaged. */
  readonly nonces: readonly Nonce[];
}

/**
 * Reads the mark. Recovery needs it to tell a write
 * that was cut off before its acknowledgement (to be forgotten) from damage to what was acknowledged (to be reported, its
 * places never to be given out again).
 */
export async function readMark(folder: string, files: Files): Promise<Marked> {
  const slots = Buffer.alloc(2 * SLOT_BYTES);
  let file: OpenFile | undefined;
  try {
    file = await files.open(join(folder, FILE), "r");
    await readFully(file, slots, slots.length, 0);
  } catch {
    return { acknowledged: 0, nonces: [] };
  } finally {
    await file?.close().catch(() => undefined);
  }
  const read = [readSlot(slots, 0), readSlot(slots, SLOT_BYTES)].filter((slot) => slot !== undefined);
  return {
    acknowledged: Math.max(0, ...read.map(({ position }) => position)),
    nonces: read.flatMap(({ nonce }) => nonce ?? []),
  };
}

function readSlot(slots: Buffer, offset: number): { position: Position; nonce: Nonce | undefined } | undefined {
  if (slots.readUInt32LE(offset) !== MAGIC) return undefined;
  if (slots.readUInt32LE(offset + 4) !== crc32c(slots, offset + 8, offset + SLOT_BYTES)) return undefined;
  const position = slots.readDoubleLE(offset + 8);
  const nonce = nonceOf(slots.toString("hex", offset + 16, offset + SLOT_BYTES));
  return Number.isSafeInteger(position) ? { position, nonce } : undefined;
}

/** The mark of a folder that this process writes. Two slots take turns, so that a torn write spares the one before. */
export function openMark(folder: string, files: Files): Mark {
  const path = join(folder, FILE);
  let file: OpenFile | undefined;
  let wanted: { readonly position: Position; readonly nonce: Nonce } = { position: 0, nonce: NO_NONCE };
  let written = wanted;
  let turn = 0;
  let writing: Promise<void> = Promise.resolve();
  let busy = false;

  async function write(): Promise<void> {
    const next = wanted;
    file ??= await files.open(path, "r+").catch(() => files.open(path, "wx+"));
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeUInt32LE(MAGIC, 0);
    slot.writeDoubleLE(next.position, 8);
    slot.write(next.nonce.text, 16, "hex");
    slot.writeUInt32LE(crc32c(slot, 8), 4);
    turn = 1 - turn;
    await writeAll(file, slot, turn * SLOT_BYTES);
    written = next;
  }

  async function catchUp(): Promise<void> {
    busy = true;
    try {
      while (written !== wanted) await write();
    } catch {
      // A mark that cannot be written is only old, and the next one tries again.
    }
    busy = false;
  }

  return {
    set(position, nonce) {
      if (position !== wanted.position || nonce !== wanted.nonce) wanted = { position, nonce };
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
