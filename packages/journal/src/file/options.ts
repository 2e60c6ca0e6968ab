import { checkOption } from "../check-option.js";
import { JournalError } from "../journal-error.js";
import type { Files } from "./files.js";
import { nodeFiles } from "./files.js";

/** How a journal on disk behaves. */
export interface FileJournalOptions {
  /** Folder of its own on a local disk; made when it is not there. */
  readonly folder: string;
  /** Bytes of segments on disk at most, apart from up to one segment of counters. At least 65536. @default 1073741824 (1 GiB) */
  readonly maxBytes?: number;
  /** Bytes after which a new segment begins; room is freed by whole segments. At least 4096. @default 64 MiB, or an eighth of maxBytes where that is less */
  readonly segmentBytes?: number;
  /** What happens when `maxBytes` is reached: appends reject with `journal_full`, or the oldest segments go. @default "refuse" */
  readonly full?: "refuse" | "drop-oldest";
  /** Age in ms after which records may go, by whole segments, though not every reader has passed them. @default Infinity */
  readonly maxAge?: number;
  /** Ids that are remembered at least to recognise duplicates. @default 200000 */
  readonly remember?: number;
  /**
   * Off, appends resolve without waiting for the disk, and a power cut loses what was acknowledged. It is there so that
   * the proof of the sync can be shown to fail without it; `durability` then says `async`. @default true
   */
  readonly sync?: boolean;
  /**
   * Milliseconds from one sync to the next while several callers come at a time: under load fewer syncs serve more of them
   * each. Who comes alone after one who came alone does not wait, nor do 16 at once. 0 syncs as often as the disk allows. @default 2
   */
  readonly gather?: number;
  /**
   * Bytes of records that may wait for the disk; more is refused with `journal_unwritable` at once, except for one append
   * that finds nothing waiting. At least 65536. @default 67108864 (64 MiB)
   */
  readonly queueBytes?: number;
  /**
   * Milliseconds that an append, or the move of a cursor, waits for the disk. Then it is refused with `journal_unwritable`,
   * and so is whatever comes until the disk answers. A record that was being written by then may still be stored, and is
   * recognised by its id when it comes again; a cursor, or counters alone, wait on once they are being written, for they
   * could count twice. At least 1. @default 10000
   */
  readonly queueAge?: number;
  /** Clock in ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** The file system, for tests that break it. @default the real one */
  readonly files?: Files;
}

/** Options with every default applied. */
export type FileJournalSettings = Required<FileJournalOptions>;

const SEGMENT_BYTES = 64 * 1024 * 1024;

/** Applies defaults, refuses what cannot work. */
export function fileJournalSettings({
  folder,
  maxBytes = 1024 * 1024 * 1024,
  segmentBytes = Math.min(SEGMENT_BYTES, Math.floor(maxBytes / 8)),
  full = "refuse",
  maxAge = Number.POSITIVE_INFINITY,
  remember = 200_000,
  sync = true,
  gather = 2,
  queueBytes = 64 * 1024 * 1024,
  queueAge = 10_000,
  now = Date.now,
  files = nodeFiles,
}: FileJournalOptions): FileJournalSettings {
  if (folder === "") throw new JournalError("options_invalid", "folder is empty; name a folder for the journal alone");
  checkOption("maxBytes", maxBytes, 65_536);
  checkOption("segmentBytes", segmentBytes, 4096);
  checkOption("remember", remember, 0);
  checkOption("gather", gather, 0);
  checkOption("queueBytes", queueBytes, 65_536);
  checkOption("queueAge", queueAge, 1);
  if (!(maxAge > 0)) throw new JournalError("options_invalid", `maxAge is ${maxAge}; give milliseconds above 0`);
  if (segmentBytes > maxBytes / 2) {
    throw new JournalError(
      "options_invalid",
      `segmentBytes is ${segmentBytes}; at most half of maxBytes (${maxBytes}) works`,
    );
  }
  if (full !== "refuse" && full !== "drop-oldest") {
    throw new JournalError("options_invalid", `full is ${String(full)}; choose "refuse" or "drop-oldest"`);
  }
  return { folder, maxBytes, segmentBytes, full, maxAge, remember, sync, gather, queueBytes, queueAge, now, files };
}
