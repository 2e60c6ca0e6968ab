/** One batch as it is kept: whatever bytes its writer chose, under the batch's id. */
export interface JournalRecord {
  /** The batch's id, the key of deduplication: 1 to 128 characters. */
  readonly id: string;
  readonly data: Uint8Array;
}

/** A record with its place. */
export interface StoredRecord extends JournalRecord {
  /** Pass it as a cursor to go on after this record. */
  readonly position: Position;
  /** When it was appended, in ms since 1970. */
  readonly at: number;
}

/**
 * A place in a journal: the number of records ever appended up to and including this one. 0 is before the first; places
 * of trimmed or damaged records are never given out again.
 */
export type Position = number;

/** Whole-number counters by name, added up for ever: `received`, `refused.origin_refused` … */
export type Tally = { readonly [name: string]: number };

/** What an append did. */
export interface AppendResult {
  readonly stored: number;
  /** Ids that were known to be there already, and so were skipped. */
  readonly duplicates: readonly string[];
}

/** A part of the journal that could not be read, skipped at start. */
export interface Damage {
  /** The file, by name. */
  readonly file: string;
  /** Bytes `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  /**
   * What is wrong: `checksum`, `truncated`, `order` (a record that came before its time), `unreadable` (by the disk),
   * `torn` (a write that a crash cut off before its acknowledgement: nothing is lost), `impossible` (places or counters that
   * no journal writes: it is not believed), `several`, or what is missing.
   */
  readonly reason: string;
}

/** Places from the first to the last, both included. */
export type Range = readonly [first: Position, last: Position];

/** A reader's place and the counters that go with it. */
export interface ReaderState {
  readonly position: Position;
  readonly tally: Tally;
  /** What it has settled beyond its place, as it said with its last move; left out when that is nothing. */
  readonly ahead?: readonly Range[];
}

/** Ranges that a reader may have ahead of its place. */
export const aheadMax = 4_096;

/** What there is. */
export interface JournalStats {
  /** Bytes on disk (or in memory), and the bound. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Records that are kept now. */
  readonly records: number;
  /**
   * The place of the oldest record kept, when there is none the next place; and the newest place that was given out, where
   * the record may be freed or damaged by now. No reader stands after it.
   */
  readonly first: Position;
  readonly last: Position;
  /** When the oldest record kept was appended, in ms since 1970; null when there is none. */
  readonly oldestAt: number | null;
  /** Counters that were written with appends. */
  readonly tally: Tally;
  readonly readers: { readonly [reader: string]: ReaderState };
  /** Records that were dropped by the bound before every reader had passed them. */
  readonly dropped: number;
  readonly damage: readonly Damage[];
  /** Records could not be written, with this message; null once they can, which is found out also when none come. */
  readonly failing: string | null;
}

/** What a full check of everything kept found. */
export interface VerifyReport {
  readonly records: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
}

/** How safe a resolved append is: on this disk, on most of several machines, soon, or only in this process's memory. */
export type Durability = "disk" | "majority" | "async" | "memory";

/**
 * An append-only journal of batches with readers that each keep a cursor.
 *
 * Every driver keeps these promises; `journalConformance` in `@isotherm/journal/conformance` tests them.
 */
export interface BatchJournal {
  readonly durability: Durability;

  /**
   * Resolves once every record is durable. Ids that are known to be there already, or that stand twice in `records`, are
   * skipped and reported (best effort, over recent ids). `tally` is added to the journal's counters and becomes durable
   * with the records, or not at all; `records` may be empty to record counters alone. Rejects having stored none, with a
   * `JournalError` of code `journal_full`, `journal_unwritable`, `record_too_large` or `journal_closed`; appends that
   * come after work again as soon as the cause is gone. The one exception: records that a driver was writing when it told
   * the caller no, because the disk did not answer in time, may be stored all the same, and counted as their `tally` says.
   */
  append(records: readonly JournalRecord[], tally?: (result: AppendResult) => Tally): Promise<AppendResult>;

  /** Up to `limit.records` records and about `limit.bytes` bytes (at least one record) after `after`, oldest first. Empty at the end. */
  read(after: Position, limit: ReadLimit): Promise<readonly StoredRecord[]>;

  /** Resolves true once a record after `after` can be read, false as soon as `signal` aborts or the journal is closed. */
  waitFor(after: Position, signal: AbortSignal): Promise<boolean>;

  /** The reader's state; a reader that was never seen stands before the oldest record kept, with an empty tally. */
  reader(name: string): Promise<ReaderState>;

  /**
   * Durably moves a reader to `position` and adds `tally` to its counters, both or neither. A reader never moves back
   * this way: a lower position rejects with `cursor_behind`, and one that was not given out yet with `cursor_ahead`.
   * From the first time on the reader is known, and holds back what it has not passed. `ahead` says which places after
   * `position` need not come to it again after a restart, instead of what was said before: at most `aheadMax` ranges,
   * rising, with places between them; others reject with `ahead_invalid`. The journal keeps them, and frees nothing for them.
   */
  advance(name: string, position: Position, tally?: Tally, ahead?: readonly Range[]): Promise<void>;

  /**
   * Durably sets a reader back (or on) to `position`, to read everything again from there; counters stay, but for `tally`,
   * which is added with the move or not at all. Rejects with `cursor_ahead` as `advance` does.
   */
  rewind(name: string, position: Position, tally?: Tally): Promise<void>;

  /** Forgets a reader, so that it no longer holds records back. */
  forget(name: string): Promise<void>;

  /** Frees what lies at or before `before` and that every known reader has passed; more than asked may stay, never less. Resolves to the records freed. */
  trim(before: Position): Promise<number>;

  stats(): Promise<JournalStats>;

  /** Reads everything that is kept and checks it, without changing anything. */
  verify(): Promise<VerifyReport>;

  /** Waits for appends in flight, then releases everything. A second close is harmless. */
  close(): Promise<void>;
}

/** Bounds of one read. */
export interface ReadLimit {
  readonly records: number;
  readonly bytes: number;
}
