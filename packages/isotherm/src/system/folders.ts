import { access, constants, mkdir, open, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../error.js";

/** Where each part keeps what it keeps, inside the data folder. */
export function folders(data: string): {
  readonly relay: string;
  readonly relayJournal: string;
  /** Above the journals of pass-throughs, each under its name. */
  readonly passthroughs: string;
  readonly collector: string;
  readonly collectorJournal: string;
} {
  return {
    relay: join(data, "relay"),
    relayJournal: join(data, "relay", "journal"),
    passthroughs: join(data, "relay", "passthrough"),
    collector: join(data, "collector"),
    collectorJournal: join(data, "collector", "journal"),
  };
}

/** Makes a folder that only its owner can read; its name, and those of folders above that were missing, are durable. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const highest = await makeMissing(resolve(folder));
    if (highest === undefined) return;
    for (let name = resolve(folder); name.length >= highest.length; name = dirname(name)) {
      // A parent that is not ours to read leaves it to the system when the name is on disk.
      await sync(dirname(name)).catch(() => undefined);
    }
  } catch (cause) {
    throw new CommandError("folder_unwritable", `${folder} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Resolves if this user may make files in a folder and, where it exists, change the file; rejects with one line
 * that says what to do.
 */
export async function checkWritable(file: string): Promise<void> {
  const folder = dirname(file);
  await refuseUnless(folder, constants.W_OK | constants.X_OK);
  if (await exists(file)) await refuseUnless(file, constants.R_OK | constants.W_OK);
}

async function refuseUnless(path: string, rights: number): Promise<void> {
  try {
    await access(path, rights);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EROFS" ? "its file system is read-only" : `${code}`;
    const fix = code === "EROFS" ? "mount it writable" : "let this user write there";
    const message = `${path} cannot be written (${why}); ${fix}, or choose another folder with --data`;
    throw new CommandError("folder_unwritable", message, { cause });
  }
}

/**
 * Makes a folder and what is missing above it, and answers the highest that was made. Node's own recursive `mkdir` tries
 * for ever where no folder can be made although the one above is there, as below /proc.
 */
async function makeMissing(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if (await isFolder(folder)) return undefined;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(folder) === folder) throw error;
  }
  const highest = await makeMissing(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch(async (error) => {
    if (!(await isFolder(folder))) throw error;
  });
  return highest ?? folder;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function sync(folder: string): Promise<void> {
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
