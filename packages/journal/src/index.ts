export type {
  AppendResult,
  BatchJournal,
  Damage,
  Durability,
  JournalRecord,
  JournalStats,
  Position,
  Range,
  ReaderState,
  ReadLimit,
  StoredRecord,
  Tally,
  VerifyReport,
} from "./journal.js";
export { aheadMax } from "./journal.js";
export type { JournalErrorCode } from "./journal-error.js";
export { JournalError } from "./journal-error.js";
