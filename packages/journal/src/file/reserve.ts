import { join } from "node:path";
import type { Files } from "./files.js";
import { systemCode, writeAll } from "./files.js";

/** Room on disk that is held back for cursors: a journal that filled its disk could otherwise never note that it may forget. */
export interface Reserve {
  /** Does `work`, and once more with the reserve given up if the disk is full. */
  help<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Holds the room back again if it was given up, and if there is any. */
  renew(): Promise<void>;
}

const FILE = "reserve";
const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Holds back `bytes` in a folder; on a disk that is full already it holds back nothing. */
export async function openReserve(folder: string, files: Files, bytes: number): Promise<Reserve> {
  const path = join(folder, FILE);
  let held = false;

  async function hold(): Promise<void> {
    const file = await files.open(path, "r+").catch(() => files.open(path, "wx+"));
    try {
      // Zeros may take no room on some file systems, so these are none.
      if ((await file.stat()).size < bytes) await writeAll(file, Buffer.alloc(bytes, 0x2e), 0);
      held = true;
    } finally {
      await file.close();
    }
  }

  async function giveUp(): Promise<void> {
    held = false;
    await files.unlink(path).catch(() => undefined);
  }

  await hold().catch(giveUp);
  return {
    async help(work) {
      try {
        return await work();
      } catch (error) {
        if (!held || !FULL.has(systemCode(error) ?? "")) throw error;
        await giveUp();
        return work();
      }
    },
    async renew() {
      if (!held) await hold().catch(giveUp);
    },
  };
}
