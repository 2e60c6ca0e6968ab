import type { BatchJournal, JournalRecord, Position, StoredRecord } from "../journal.js";

/** One place for a journal, empty at first, and what a driver's author tells the suite about it. */
export interface JournalBench {
  /** What was appended is there again after close and open. */
  readonly persists: boolean;
  /** Opens the journal of this place; it is never asked for two at once. `maxBytes` is its bound, 1 MiB unless given. */
  open(bounds: { readonly maxBytes: number }): Promise<BatchJournal>;
  /** Removes the place and all that is in it; every journal of it has been closed. */
  remove(): Promise<void>;
}

/** Makes a new place. */
export type StartBench = () => Promise<JournalBench>;

/** What one test works with. */
export interface Scene {
  readonly persists: boolean;
  open(maxBytes?: number): Promise<BatchJournal>;
  /** Closes the journal and opens it again. */
  reopen(): Promise<BatchJournal>;
}

/** Runs one test in a place of its own, and leaves nothing behind. */
export function inScene(start: StartBench, play: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    const bench = await start();
    let opened: BatchJournal | undefined;
    let bound = 1024 * 1024;
    const open = async (maxBytes: number = bound): Promise<BatchJournal> => {
      bound = maxBytes;
      opened = await bench.open({ maxBytes });
      return opened;
    };
    try {
      await play({
        persists: bench.persists,
        open,
        async reopen() {
          await opened?.close();
          return open();
        },
      });
    } finally {
      await opened?.close();
      await bench.remove();
    }
  };
}

/** A record with some text. */
export function record(id: string, text = `data of ${id}`): JournalRecord {
  return { id, data: new TextEncoder().encode(text) };
}

/** `count` records, as `a1`, `a2` … */
export function records(prefix: string, count: number, bytes?: number): JournalRecord[] {
  return Array.from({ length: count }, (_, index) =>
    record(`${prefix}${index + 1}`, bytes === undefined ? undefined : "x".repeat(bytes)),
  );
}

/** Everything after `after`, read in portions of `portion`. */
export async function readAll(journal: BatchJournal, after: Position = 0, portion = 7): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (;;) {
    const found = await journal.read(all.at(-1)?.position ?? after, { records: portion, bytes: 100_000 });
    if (found.length === 0) return all;
    all.push(...found);
  }
}

/** The ids of what can be read. */
export async function readIds(journal: BatchJournal, after: Position = 0): Promise<string[]> {
  return (await readAll(journal, after)).map(({ id }) => id);
}
