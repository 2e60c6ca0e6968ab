import type { Gone, Rejection, SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import { encodeArrival, encodeGone } from "../project/record.js";
import type { IntakeParts, Taken } from "./parts.js";

/** What is left of a request once everything has been checked and sealed. */
export interface Arriving {
  readonly site: string;
  readonly batches: readonly SealedBatch[];
  /** The JSON of each, where it is at hand. */
  readonly json: readonly (Uint8Array | undefined)[];
  readonly gone: readonly Gone[];
  readonly rejected: readonly Rejection[];
  /** Unknown fields and event types that came along. */
  readonly unknown: number;
}

/**
 * Resolves once everything is durable: only then may a request be answered with a 2xx. Rejects with `unavailable` while
 * the journal is full or cannot be written, having kept nothing.
 */
export async function keep({ journal, meters, now }: IntakeParts, arriving: Arriving): Promise<Taken> {
  const { site, batches, json, gone, rejected, unknown } = arriving;
  const receivedAt = now();
  const records = batches.map((batch, index) => encodeArrival({ site, batch, receivedAt }, json[index]));
  const goneRecord = gone.length > 0 ? encodeGone({ site, gone, receivedAt }) : null;
  const split = (stored: number, duplicates: readonly string[]): Pick<Taken, "accepted" | "duplicate"> => {
    const accepted = stored - (goneRecord && !duplicates.includes(goneRecord.id) ? 1 : 0);
    return { accepted, duplicate: batches.length - accepted };
  };
  try {
    const result = await journal.append(goneRecord ? [...records, goneRecord] : records, ({ stored, duplicates }) => {
      const tally: { [name: string]: number } = { received: batches.length + rejected.length, unknown };
      const { accepted, duplicate } = split(stored, duplicates);
      Object.assign(tally, { accepted, duplicate });
      for (const { code } of rejected) tally[`rejected.${code}`] = (tally[`rejected.${code}`] ?? 0) + 1;
      return tally;
    });
    const taken = { ...split(result.stored, result.duplicates), rejected };
    meters.batches(taken);
    return taken;
  } catch (cause) {
    throw unkept(cause);
  }
}

function unkept(cause: unknown): CollectorError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "record_too_large")
    return new CollectorError("body_too_large", "a batch is larger than the journal takes", { cause });
  if (code === "journal_full")
    return new CollectorError("unavailable", "the journal is full until the projector has caught up", {
      cause,
      retryAfter: 30,
    });
  return new CollectorError("unavailable", "the journal cannot be written", { cause, retryAfter: 5 });
}
