import { join } from "node:path";
import type { Files } from "./files.js";
import { writeAll } from "./files.js";

const FILE = "probe";

/** Resolves if a new file of so many bytes could be made durable in a folder; it is gone again afterwards. Rejects with the system's error if not. */
export async function probeFolder(folder: string, files: Files, bytes: number): Promise<void> {
  const path = join(folder, FILE);
  // A probe that was cut short may have left it.
  await files.unlink(path).catch(() => undefined);
  const file = await files.open(path, "wx+");
  try {
    // Zeros may take no room on some file systems, so these are none.
    await writeAll(file, Buffer.alloc(bytes, 0x2e), 0);
    await file.datasync();
  } finally {
    await file.close();
    await files.unlink(path).catch(() => undefined);
  }
}
