import { mkdir, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../error.js";

/** Where each part keeps what it keeps, inside the data folder. */
export function folders(data: string): {
  readonly relay: string;
  readonly relayJournal: string;
  readonly collector: string;
  readonly collectorJournal: string;
} {
  return {
    relay: join(data, "relay"),
    relayJournal: join(data, "relay", "journal"),
    collector: join(data, "collector"),
    collectorJournal: join(data, "collector", "journal"),
  };
}

/** Makes a folder that only its owner can read; its name, and those of folders above that were missing, are durable. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const highest = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (highest === undefined) return;
    for (let name = resolve(folder); name.length >= resolve(highest).length; name = dirname(name)) {
      // A parent that is not ours to read leaves it to the system when the name is on disk.
      await sync(dirname(name)).catch(() => undefined);
    }
  } catch (cause) {
    throw new CommandError("folder_unwritable", `${folder} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

async function sync(folder: string): Promise<void> {
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
