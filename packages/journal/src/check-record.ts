import type { JournalRecord } from "./journal.js";
import { JournalError } from "./journal-error.js";

/** Bytes that one record may have. It bounds the memory that recovery needs to find the next undamaged record. */
export const RECORD_BYTES_MAX: number = 16 * 1024 * 1024;

const ID_MAX = 128;
const BROKEN_TEXT = /\p{Surrogate}/u;

/** Refuses what could not be read back as it was. */
export function checkRecord({ id, data }: JournalRecord): void {
  if (id.length === 0 || id.length > ID_MAX || BROKEN_TEXT.test(id)) {
    throw new JournalError("record_invalid", `an id is 1 to ${ID_MAX} characters of well-formed text`);
  }
  if (data.length > RECORD_BYTES_MAX) {
    throw new JournalError(
      "record_too_large",
      `record ${id} has ${data.length} bytes; at most ${RECORD_BYTES_MAX} fit`,
    );
  }
}
