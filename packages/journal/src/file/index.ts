export { fileJournal } from "./file-journal.js";
export type { Files, OpenFile } from "./files.js";
export { nodeFiles } from "./files.js";
export type { InspectedJournal } from "./inspect-journal.js";
export { inspectJournal } from "./inspect-journal.js";
export type { FileJournalOptions } from "./options.js";
