export { fileJournal } from "./file-journal.js";
export type { Files, OpenFile } from "./files.js";
export { nodeFiles } from "./files.js";
export type { InspectedJournal } from "./inspect-journal.js";
export { inspectJournal } from "./inspect-journal.js";
export type { FileJournalOptions } from "./options.js";
export type { VerifiedJournal, VerifiedSegment, VerifyJournalOptions } from "./verify-journal.js";
export { verifyJournal } from "./verify-journal.js";
