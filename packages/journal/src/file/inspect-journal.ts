import type { BatchJournal, JournalStats } from "../journal.js";
import type { Files } from "./files.js";
import { nodeFiles } from "./files.js";
import { journalStats } from "./journal-stats.js";
import { readRecords } from "./read-records.js";
import { recover } from "./recover.js";
import { keptBytes } from "./state.js";
import { verifySegments } from "./verify-segments.js";

/** A journal as it was when it was opened, for looking at: nothing is written, no lock taken, not even from its writer. */
export interface InspectedJournal extends Pick<BatchJournal, "read" | "verify"> {
  /** `maxBytes` is not on disk, and so is what is there; what its writer is writing right now may show as `torn` damage. */
  stats(): Promise<JournalStats>;
}

/** Opens a folder for looking only, also while a journal writes it. Rejects with the system's error when it cannot be listed. */
export async function inspectJournal(folder: string, files: Files = nodeFiles): Promise<InspectedJournal> {
  const { state } = await recover({ folder, files, remember: 0, setAside: false });
  return {
    stats: async () => journalStats(state, keptBytes(state)),
    read: (after, limit) => readRecords(state.segments, { folder, files }, after, limit),
    verify: () => verifySegments(state.segments, () => false, { folder, files }),
  };
}
