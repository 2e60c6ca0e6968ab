export type {
  AppendResult,
  BatchJournal,
  Damage,
  Durability,
  JournalRecord,
  JournalStats,
  Position,
  ReaderState,
  ReadLimit,
  StoredRecord,
  Tally,
  VerifyReport,
} from "./journal.js";
