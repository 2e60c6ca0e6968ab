import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { readBriefing } from "./read-briefing.js";
import type { Snapshot } from "./snapshot.js";

/** A snapshot in a file that only its owner can read: salts are secrets. */
export function fileSnapshot(file: string): Snapshot {
  return {
    async load() {
      try {
        return readBriefing(await readFile(file));
      } catch {
        // Absent or damaged: the collector is asked in any case.
        return undefined;
      }
    },
    async save(briefing) {
      await mkdir(dirname(file), { recursive: true });
      const fresh = `${file}.new`;
      const handle = await open(fresh, "w", 0o600);
      try {
        await handle.writeFile(JSON.stringify(briefing));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(fresh, file);
    },
  };
}
