import { mkdir } from "node:fs/promises";
import { join } from "node:path";
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

/** Makes a folder that only its owner can read. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new CommandError("folder_unwritable", `${folder} cannot be made: ${(cause as Error).message}`, { cause });
  }
}
