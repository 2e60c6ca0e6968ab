import { dirname, resolve } from "node:path";
import type { Files } from "./files.js";

/** Makes names in a folder durable. */
export async function syncFolder(folder: string, files: Files): Promise<void> {
  const directory = await files.open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Makes a folder, with those above it that are missing, and their names durable: a synced file is lost with any of them.
 * A parent that is not ours to read was there before us.
 */
export async function makeFolder(folder: string, files: Files): Promise<void> {
  const highest = (await files.mkdir(folder)) ?? folder;
  for (let name = resolve(folder); name.length >= resolve(highest).length; name = dirname(name)) {
    await syncFolder(dirname(name), files).catch(() => undefined);
    if (name === dirname(name)) break;
  }
}
