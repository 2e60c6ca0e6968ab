import type { BatchJournal, Position, ReaderState } from "@isotherm/journal";
import { names, passed } from "../ledger/names.js";
import { kindFor, type RecordKind } from "./record-kind.js";

const page = { records: 1_024, bytes: 4_194_304 };

/**
 * Makes a target known to the journal as a reader, so that nothing is freed before it has passed, and resolves to where
 * it stands. A target that joins a journal with a history starts at the oldest record kept; what came before is not its
 * business, and is written down so that its part of the ledger adds up.
 */
export async function register(journal: BatchJournal, name: string): Promise<ReaderState> {
  const isKnown = Object.hasOwn((await journal.stats()).readers, name);
  const reader = await journal.reader(name);
  if (isKnown && !(reader.tally[passed.beforePending] ?? 0)) return reader;
  const { position } = reader;
  if (position === 0) {
    await journal.advance(name, position);
    return journal.reader(name);
  }
  // From here on nothing is freed, so that the count below cannot be overtaken. It may be cut short, and then is made again.
  if (!isKnown) await journal.advance(name, position, { [passed.beforePending]: 1 });
  const before = await countBefore(journal, name, position);
  await journal.advance(name, position, { ...before, [passed.beforePending]: -1 });
  return journal.reader(name);
}

async function countBefore(
  journal: BatchJournal,
  name: string,
  position: Position,
): Promise<{ [name: string]: number }> {
  const { tally, last } = await journal.stats();
  const after: { [kind in RecordKind]: number } = { batch: 0, gone: 0, again: 0, elsewhere: 0 };
  for (let at = position; at < last; ) {
    const records = await journal.read(at, page);
    if (records.length === 0) break;
    for (const { position: place, data } of records) {
      at = place;
      if (place > last) break;
      after[kindFor(name, data)]++;
    }
  }
  const inAll = (start: string): number =>
    Object.entries(tally).reduce((sum, [counter, count]) => (counter.startsWith(start) ? sum + count : sum), 0);
  const mine = tally[names.again(name)] ?? 0;
  const again = mine - after.again;
  const elsewhere = inAll(names.again("")) - mine - after.elsewhere;
  return {
    [passed.before]: Math.max(0, inAll(names.journaled("")) - after.batch),
    [passed.beforeGone]: Math.max(0, (tally[names.gone] ?? 0) - after.gone),
    ...(again > 0 && { [passed.beforeAgain]: again }),
    ...(elsewhere > 0 && { [passed.beforeElsewhere]: elsewhere }),
  };
}
