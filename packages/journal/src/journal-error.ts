/**
 * What went wrong, for programs to branch on.
 *
 * - `journal_full`: the bound is reached; works again after readers have moved on and `trim` has freed room.
 * - `journal_unwritable`: the disk refused (full, read-only, broken) or did not answer in time; works again by itself once it does not.
 * - `journal_unreadable`: the disk refused to give back what is kept.
 * - `journal_locked`: another process, or another part of this one, writes this journal.
 * - `journal_closed`: it was closed before.
 * - `record_too_large`: the records could never fit, however empty the journal.
 * - `record_invalid`: an id is empty, longer than 128 characters, or no well-formed text.
 * - `tally_invalid`: a counter is not a whole number.
 * - `cursor_behind`: `advance` would move a reader back.
 * - `cursor_ahead`: a reader would be moved past places that were given out, and miss what is appended there.
 * - `ahead_invalid`: the ranges that a reader has settled ahead do not rise, are too many, or were not given out.
 * - `reader_invalid`: a reader's name is empty or longer than 128 characters.
 * - `options_invalid`: an option is out of its range.
 */
export type JournalErrorCode =
  | "journal_full"
  | "journal_unwritable"
  | "journal_unreadable"
  | "journal_locked"
  | "journal_closed"
  | "record_too_large"
  | "record_invalid"
  | "tally_invalid"
  | "cursor_behind"
  | "cursor_ahead"
  | "ahead_invalid"
  | "reader_invalid"
  | "options_invalid";

/** The one error of this package: branch on `code`, show `message`. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
