export type { MemoryJournalOptions } from "./memory-journal.js";
export { memoryJournal } from "./memory-journal.js";
