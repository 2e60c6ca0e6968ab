import type { Damage, VerifyReport } from "../journal.js";
import type { Files } from "./files.js";
import { nodeFiles } from "./files.js";
import { recover } from "./recover.js";

/** How a journal is verified. */
export interface VerifyJournalOptions {
  /** Told, every 256 KiB, how many bytes have been read. @default nobody */
  readonly onProgress?: (read: number, total: number) => void;
  /** The file system, for tests that break it. @default the real one */
  readonly files?: Files;
}

/** What one file of a journal holds. */
export interface VerifiedSegment {
  readonly file: string;
  /** Records that can be read. */
  readonly records: number;
  /** Bytes that were read; 0 for a file that could not be opened. */
  readonly bytes: number;
  readonly damage: readonly Damage[];
}

/** What a journal on disk holds, and what a journal that starts on it would report. */
export interface VerifiedJournal extends VerifyReport {
  /** Oldest first. */
  readonly segments: readonly VerifiedSegment[];
  /** Nothing that was acknowledged is damaged or missing; a torn end, which never was, may be there. */
  readonly whole: boolean;
}

/**
 * Reads every byte of a journal's folder as a start does, and changes nothing: `damage` is what a journal that starts on
 * this folder has in its stats. Memory is bounded as at a start.
 *
 * It takes no lock and may run beside a writer. Then it speaks for what was acknowledged before the call and is still
 * kept: what comes later may be counted or not, what the writer frees meanwhile is not missed, and what it is writing may
 * show as `torn`, never as other damage. Rejects with the system's error when the folder cannot be listed.
 */
export async function verifyJournal(folder: string, options: VerifyJournalOptions = {}): Promise<VerifiedJournal> {
  const { files = nodeFiles, onProgress } = options;
  const found = await recover({
    folder,
    files,
    remember: 0,
    setAside: false,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { damage } = found.state;
  const segments = found.files.map(({ name, records, bytes }) => ({
    file: name,
    records,
    bytes,
    damage: damage.filter(({ file }) => file === name),
  }));
  return {
    segments,
    records: segments.reduce((sum, { records }) => sum + records, 0),
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    damage,
    whole: damage.every(({ reason }) => reason === "torn"),
  };
}
