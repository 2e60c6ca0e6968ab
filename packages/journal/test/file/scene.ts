import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BatchJournal, JournalRecord, StoredRecord } from "@isotherm/journal";
import { onTestFinished } from "vitest";

/** Does something once the test is over, what was asked for last first. */
export function afterwards(cleanup: () => Promise<unknown>): void {
  // A hook of this module would only be the first file's that loads it: files of one worker share their modules.
  onTestFinished(async () => void (await cleanup()));
}

/** A folder that goes when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-journal-"));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A journal that is closed when the test is over. */
export async function opened<Journal extends { close(): Promise<void> }>(journal: Promise<Journal>): Promise<Journal> {
  const open = await journal;
  afterwards(() => open.close());
  return open;
}

/** The names of a folder's segments, oldest first. */
export async function segmentNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".segment")).sort();
}

export function record(id: string, bytes = 50): JournalRecord {
  return { id, data: new Uint8Array(bytes).fill(id.charCodeAt(0)) };
}

export function records(prefix: string, count: number, bytes?: number): JournalRecord[] {
  return Array.from({ length: count }, (_, index) => record(`${prefix}${index + 1}`, bytes));
}

export async function readAll(journal: Pick<BatchJournal, "read">): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (;;) {
    const found = await journal.read(all.at(-1)?.position ?? 0, { records: 1000, bytes: 10_000_000 });
    if (found.length === 0) return all;
    all.push(...found);
  }
}

export async function readIds(journal: Pick<BatchJournal, "read">): Promise<string[]> {
  return (await readAll(journal)).map(({ id }) => id);
}
