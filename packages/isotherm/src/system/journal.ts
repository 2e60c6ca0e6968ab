import type { BatchJournal } from "@isotherm/journal";
import { JournalError } from "@isotherm/journal";
import { fileJournal } from "@isotherm/journal/file";
import { CommandError } from "../error.js";
import { makeFolder } from "./folders.js";

/**
 * Opens a journal for writing; says so in one line when another process has it. It remembers as many ids as the journal does
 * by itself, or `remember`.
 */
export async function openJournal(
  folder: string,
  maxBytes: number,
  now: () => number,
  remember?: number,
): Promise<BatchJournal> {
  await makeFolder(folder);
  try {
    return await fileJournal({ folder, maxBytes, now, ...(remember !== undefined && { remember }) });
  } catch (cause) {
    if (cause instanceof JournalError && cause.code === "journal_locked") {
      const fix = "another isotherm runs on this data folder: stop it, or choose another folder with --data";
      throw new CommandError("folder_unwritable", `${folder} is in use; ${fix}`, { cause });
    }
    throw cause;
  }
}
