import type { BatchJournal } from "@isotherm/journal";
import type { Rejection } from "@isotherm/protocol";
import { encodeRecord } from "../journal-record/record.js";
import { names } from "../ledger/names.js";
import { RelayError } from "../relay-error.js";
import { recordsOf, type Storing } from "./records.js";

/** What was done with a request's batches. */
export interface Stored {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
}

/** How long whoever is refused is told to wait, in seconds: only readers make room in a full journal. */
const waits = { full: 30, unwritable: 5 };

/** Makes batches durable, and remembers whether that works. */
export interface Storage {
  /** Rejects with `unavailable`, having stored none, when the journal cannot take them, with `body_too_large` when it never can. */
  store(storing: Storing): Promise<Stored>;
  /** Why the last attempt failed; null when it did not, or when that was so long ago that it is worth another try. */
  failure(): string | null;
}

/** Storage in a journal. */
export function storage(journal: BatchJournal): Storage {
  let failed: { readonly reason: string; readonly until: number } | undefined;
  return {
    // By then those who were told to wait are back.
    failure: () => (failed === undefined || performance.now() > failed.until ? null : failed.reason),
    async store(storing) {
      try {
        const stored = await append(journal, storing);
        failed = undefined;
        return stored;
      } catch (cause) {
        // It says nothing of what others send.
        if (neverFits(cause)) throw tooLarge(cause);
        const reason = cause instanceof Error ? cause.message : String(cause);
        failed = { reason, until: performance.now() + 1_000 * waitFor(cause) };
        throw unavailable(cause);
      }
    },
  };
}

async function append(journal: BatchJournal, storing: Storing): Promise<Stored> {
  const { key, gone, tally } = storing;
  const { batches, report, rejected } = await recordsOf(storing);
  const records = [...batches, ...(report === undefined ? [] : [report])];

  const countDuplicates = (duplicates: readonly string[]): number =>
    duplicates.length - (report !== undefined && duplicates.includes(report.id) ? 1 : 0);

  const encoded = records.map(({ id, record }) => encodeRecord(id, record));
  const { duplicates } = await journal.append(encoded, (result) => {
    const duplicate = countDuplicates(result.duplicates);
    const reports = report === undefined || result.duplicates.includes(report.id) ? 0 : 1;
    return {
      ...tally,
      [names.journaled(key)]: batches.length - duplicate,
      ...(duplicate > 0 && { [names.duplicate(key)]: duplicate }),
      ...(rejected.length > 0 && { [names.refused(key, "batch_too_large")]: rejected.length }),
      ...(reports > 0 && { [names.gone]: reports }),
      ...(gone.length > 0 && report === undefined && { [names.goneLost]: gone.length }),
    };
  });
  const duplicate = countDuplicates(duplicates);
  return { accepted: batches.length - duplicate, duplicate, rejected };
}

const hasCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && "code" in cause && cause.code === code;

const isFull = (cause: unknown): boolean => hasCode(cause, "journal_full");

/** Whether a journal refused what it could not hold if it were empty. */
export const neverFits = (cause: unknown): boolean => hasCode(cause, "record_too_large");

/** How such a request is refused: there is no use in sending it again. */
export const tooLarge = (cause: unknown): RelayError =>
  new RelayError("body_too_large", "the journal is too small for this; send less at once", { cause });

const waitFor = (cause: unknown): number => (isFull(cause) ? waits.full : waits.unwritable);

function unavailable(cause: unknown): RelayError {
  const message = isFull(cause) ? "the journal is full; try again" : "the journal cannot be written; try again";
  return new RelayError("unavailable", message, { retryAfter: waitFor(cause), cause });
}
