import { join } from "node:path";
import type { BatchJournal, JournalRecord } from "@isotherm/journal";
import { encodeRecord } from "../journal-record/record.js";
import { addTo } from "../ledger/add-to.js";
import { names } from "../ledger/names.js";
import { halvesOf } from "../lines/line-files.js";
import { finishMove, type Move, moveLines } from "../lines/move-lines.js";
import { isWanted, type KeptLetter, type LetterFilter, lettersFor, letterTargets } from "./read-letters.js";

/** What became of dead letters. */
export interface ReplayedLetters {
  /** Records that are on their way to their target again. */
  readonly replayed: number;
  /** Letters that said the same as another, as after a crash of the relay between letter and cursor: they went with it. */
  readonly copies: number;
  /** Letters whose content cannot be put back together; they stay. */
  readonly unusable: number;
  /** Letters whose target does not read this journal, by target; they stay. */
  readonly strangers: { readonly [target: string]: number };
}

/** Records and bytes that are moved in one go. */
const most = { records: 4_096, bytes: 4_194_304 };

/**
 * Puts dead letters on their way to their target, and to it alone, as records of the journal that other targets pass over.
 * A letter is taken out of its file once its record is durable; a crash in between neither loses nor doubles one. Nobody
 * else may be writing the letters: whoever holds the journal's lock knows that no relay runs.
 */
export async function replayLetters(options: {
  readonly journal: BatchJournal;
  /** Folder of the letters' files. */
  readonly folder: string;
  readonly filter?: LetterFilter;
}): Promise<ReplayedLetters> {
  const { journal, folder, filter = {} } = options;
  const { readers } = await journal.stats();
  const sum = { replayed: 0, copies: 0, unusable: 0 };
  const strangers: { [target: string]: number } = {};
  for (const target of await letterTargets(folder)) {
    if (filter.target !== undefined && filter.target !== target) continue;
    const files = halvesOf(folder, target);
    const note = join(folder, `${target}.replay.json`);
    if (!(target in readers)) {
      const left = await countWanted(folder, target, filter);
      if (left > 0) strangers[target] = left;
      continue;
    }
    const move = { journal, files, note, counter: names.again(target) };
    await finishMove(move);
    addTo(sum, { ...(await replayTarget(move, folder, target, filter)) });
  }
  return { ...sum, strangers };
}

async function replayTarget(
  move: Move,
  folder: string,
  target: string,
  filter: LetterFilter,
): Promise<Omit<ReplayedLetters, "strangers">> {
  const sum = { replayed: 0, copies: 0, unusable: 0 };
  for (let more = true; more; ) {
    const chunk = await nextChunk(folder, target, filter);
    if (chunk.records.length === 0) return { ...sum, unusable: chunk.unusable };
    sum.replayed += await moveLines(move, chunk.records, (stored) => ({ [move.counter]: stored }), chunk.changes);
    sum.copies += Object.keys(chunk.changes).length - chunk.records.length;
    sum.unusable = chunk.unusable;
    more = chunk.more;
  }
  return sum;
}

/** As many of the wanted letters as go at once, each with every other letter about the same, wherever that stands. */
async function nextChunk(
  folder: string,
  target: string,
  filter: LetterFilter,
): Promise<{
  readonly records: readonly JournalRecord[];
  readonly changes: { readonly [hash: string]: null };
  readonly unusable: number;
  readonly more: boolean;
}> {
  const records: JournalRecord[] = [];
  const changes: { [hash: string]: null } = {};
  const subjects = new Set<string>();
  const others: (readonly [subject: string, hash: string])[] = [];
  let bytes = 0;
  let unusable = 0;
  let more = false;
  for await (const { letter, hash } of lettersFor(folder, target)) {
    if (letter === undefined) continue;
    const subject = `${letter.kind} ${letter.id} ${letter.event ?? ""}`;
    if (subjects.has(subject)) {
      changes[hash] = null;
      continue;
    }
    if (!isWanted(letter, filter)) {
      others.push([subject, hash]);
      continue;
    }
    if (records.length >= most.records || bytes >= most.bytes) {
      more = true;
      continue;
    }
    const record = recordOf(letter, hash);
    if (record === undefined) {
      unusable++;
      continue;
    }
    changes[hash] = null;
    subjects.add(subject);
    records.push(record);
    bytes += record.data.byteLength;
  }
  for (const [subject, hash] of others) if (subjects.has(subject)) changes[hash] = null;
  return { records, changes, unusable, more };
}

async function countWanted(folder: string, target: string, filter: LetterFilter): Promise<number> {
  let count = 0;
  for await (const { letter } of lettersFor(folder, target)) {
    if (letter !== undefined && isWanted(letter, filter)) count++;
  }
  return count;
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** A letter as a record for its target alone; undefined where something is missing. */
function recordOf(letter: KeptLetter, hash: string): JournalRecord | undefined {
  const { target, id, kind, key, site, receivedAt, event, gone } = letter;
  const batch = batchOf(letter);
  // A record that could not be read as one of the relay's has no key; nothing could be made of it a second time either.
  if (batch === undefined || key === "" || (kind === "gone" && gone === undefined)) return undefined;
  return encodeRecord(`again-${hash}`, {
    kind,
    key,
    site,
    receivedAt,
    batch,
    gone: gone === undefined ? nothing : encoder.encode(JSON.stringify(gone)),
    again: { target, id, ...(event !== undefined && { event }) },
  });
}

function batchOf({ batch, raw }: KeptLetter): Uint8Array | undefined {
  if (raw !== undefined) return Uint8Array.from(atob(raw), (letter) => letter.charCodeAt(0));
  if (batch === undefined) return undefined;
  return encoder.encode(JSON.stringify(batch));
}
