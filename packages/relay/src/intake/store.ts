import type { BatchJournal, JournalRecord, Tally } from "@isotherm/journal";
import { type Gone, limits, type Rejection, type SealedBatch, type SiteBriefing } from "@isotherm/protocol";
import { encodeRecord } from "../journal-record/record.js";
import { names } from "../ledger/names.js";
import { RelayError } from "../relay-error.js";

/** One request's batches on their way into the journal. */
export interface Storing {
  readonly key: string;
  readonly site: SiteBriefing;
  readonly receivedAt: number;
  /** The visitor's whole address, for the targets that need it. */
  readonly address: string | undefined;
  readonly sealed: readonly SealedBatch[];
  readonly gone: readonly Gone[];
  /** Counted with the records, or not at all. */
  readonly tally: Tally;
}

/** What was done with them. */
export interface Stored {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const most = limits.batchBytes + limits.edgeBytes;
/** How long whoever is refused is told to wait, in seconds: only readers make room in a full journal. */
const waits = { full: 30, unwritable: 5 };

/** Makes batches durable, and remembers whether that works. */
export interface Storage {
  /** Rejects with `unavailable`, having stored none, when the journal cannot take them. */
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
        const reason = cause instanceof Error ? cause.message : String(cause);
        failed = { reason, until: performance.now() + 1_000 * waitFor(cause) };
        throw unavailable(cause);
      }
    },
  };
}

async function append(journal: BatchJournal, storing: Storing): Promise<Stored> {
  const { key, sealed, gone, tally } = storing;
  const written = sealed.map((batch) => ({ id: batch.id, bytes: encoder.encode(JSON.stringify(batch)) }));
  // Numbers such as 1e20 grow when they are written again.
  const rejected = written.filter(({ bytes }) => bytes.byteLength > most).map(({ id }) => tooLarge(id));
  const kept = written.filter(({ bytes }) => bytes.byteLength <= most);
  const records = kept.map(({ id, bytes }) => recordOf(storing, "batch", id, bytes, nothing));
  const report = gone.length === 0 ? undefined : await reportOf(storing, kept);

  const countDuplicates = (duplicates: readonly string[]): number =>
    duplicates.length - (report !== undefined && duplicates.includes(report.id) ? 1 : 0);

  const { duplicates } = await journal.append(report === undefined ? records : [...records, report], (result) => {
    const duplicate = countDuplicates(result.duplicates);
    const reports = report === undefined || result.duplicates.includes(report.id) ? 0 : 1;
    return {
      ...tally,
      [names.journaled(key)]: records.length - duplicate,
      ...(duplicate > 0 && { [names.duplicate(key)]: duplicate }),
      ...(rejected.length > 0 && { [names.refused(key, "batch_too_large")]: rejected.length }),
      ...(reports > 0 && { [names.gone]: reports }),
      ...(gone.length > 0 && report === undefined && { [names.goneLost]: gone.length }),
    };
  });
  const duplicate = countDuplicates(duplicates);
  return { accepted: records.length - duplicate, duplicate, rejected };
}

function recordOf(
  { key, site, receivedAt, address }: Storing,
  kind: "batch" | "gone",
  id: string,
  batch: Uint8Array,
  gone: Uint8Array,
): JournalRecord {
  return encodeRecord(id, {
    kind,
    key,
    site: site.id,
    receivedAt,
    batch,
    gone,
    ...(address !== undefined && { address }),
  });
}

/**
 * Discards travel in an envelope, and an envelope needs a batch. The smallest one at hand goes along, for the case that
 * it was in the journal already and nothing else comes for this key; whoever stores it twice recognises its id.
 */
async function reportOf(
  storing: Storing,
  kept: readonly { readonly bytes: Uint8Array }[],
): Promise<JournalRecord | undefined> {
  const [carrier] = [...kept].sort((a, b) => a.bytes.byteLength - b.bytes.byteLength);
  if (carrier === undefined) return undefined;
  const json = JSON.stringify(storing.gone);
  const hash = await crypto.subtle.digest("SHA-256", encoder.encode(`${storing.site.id}\n${json}`));
  const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return recordOf(storing, "gone", `gone-${hex}`, carrier.bytes, encoder.encode(json));
}

const tooLarge = (id: string): Rejection => ({
  id,
  code: "batch_too_large",
  message: `/batches must not have more than ${most} bytes each once they are sealed`,
});

const isFull = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "journal_full";

const waitFor = (cause: unknown): number => (isFull(cause) ? waits.full : waits.unwritable);

function unavailable(cause: unknown): RelayError {
  const message = isFull(cause) ? "the journal is full; try again" : "the journal cannot be written; try again";
  return new RelayError("unavailable", message, { retryAfter: waitFor(cause), cause });
}
