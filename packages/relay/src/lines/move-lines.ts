import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { BatchJournal, JournalRecord, Tally } from "@isotherm/journal";
import { changeLines, type LineChanges, syncFolder } from "./line-files.js";

/** Where lines are moved from, and how far that had come. */
export interface Move {
  readonly journal: BatchJournal;
  readonly files: readonly string[];
  /** Says, while a move is under way, which lines it is about. */
  readonly note: string;
  /** A counter of the journal that only such moves raise. */
  readonly counter: string;
}

interface Note {
  /** The counter before the records were appended. */
  readonly before: number;
  readonly changes: LineChanges;
}

/**
 * Moves lines into a journal: after a crash at any moment, and `finishMove`, each is in one of both and in no more. The
 * records and the counter become durable together, so the counter tells whether the lines of a note may go. Resolves to
 * the records that were not known to the journal before.
 */
export async function moveLines(
  { journal, files, note, counter }: Move,
  records: readonly JournalRecord[],
  tally: (stored: number, duplicates: readonly string[]) => Tally,
  changes: LineChanges,
): Promise<number> {
  let stored = 0;
  if (records.length > 0) {
    const before = (await journal.stats()).tally[counter] ?? 0;
    await writeNote(note, { before, changes });
    const result = await journal.append(records, ({ stored: count, duplicates }) => tally(count, duplicates));
    stored = result.stored;
  }
  await changeLines(files, changes);
  if (records.length > 0) await unlink(note);
  return stored;
}

/** Ends a move that a crash cut off. */
export async function finishMove({ journal, files, note, counter }: Move): Promise<void> {
  const text = await readFile(note, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  const { before, changes } = JSON.parse(text) as Note;
  const { tally } = await journal.stats();
  if ((tally[counter] ?? 0) > before) await changeLines(files, changes);
  await unlink(note);
}

/** It is there as a whole or not at all. */
async function writeNote(file: string, note: Note): Promise<void> {
  const fresh = `${file}.new`;
  const handle = await open(fresh, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(note));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
  await syncFolder(dirname(file));
}
