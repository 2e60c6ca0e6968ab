import type { BatchJournal, Position, ReaderState } from "@isotherm/journal";
import { decodeRecord } from "../journal-record/record.js";
import { names, passed } from "../ledger/names.js";

const page = { records: 1_024, bytes: 4_194_304 };

/**
 * Makes a target known to the journal as a reader, so that nothing is freed before it has passed, and resolves to where
 * it stands. A target that joins a journal with a history starts at the oldest record kept; what came before is not its
 * business, and is written down so that its part of the ledger adds up.
 */
export async function register(journal: BatchJournal, name: string): Promise<ReaderState> {
  const { readers } = await journal.stats();
  const known = readers[name];
  if (known !== undefined) return known;
  const { position } = await journal.reader(name);
  // From here on nothing is freed, so that the count below cannot be overtaken.
  await journal.advance(name, position);
  const before = position === 0 ? {} : await countBefore(journal, position);
  await journal.advance(name, position, before);
  return journal.reader(name);
}

async function countBefore(journal: BatchJournal, position: Position): Promise<{ [name: string]: number }> {
  const { tally, last } = await journal.stats();
  let batches = 0;
  let gone = 0;
  for (let at = position; at < last; ) {
    const records = await journal.read(at, page);
    if (records.length === 0) break;
    for (const { position: place, data } of records) {
      at = place;
      if (place > last) break;
      if (isGone(data)) gone++;
      else batches++;
    }
  }
  const journaled = Object.entries(tally).reduce(
    (sum, [counter, count]) => (counter.startsWith(names.journaled("")) ? sum + count : sum),
    0,
  );
  return {
    [passed.before]: Math.max(0, journaled - batches),
    [passed.beforeGone]: Math.max(0, (tally[names.gone] ?? 0) - gone),
  };
}

function isGone(data: Uint8Array): boolean {
  try {
    return decodeRecord(data).kind === "gone";
  } catch {
    return false;
  }
}
