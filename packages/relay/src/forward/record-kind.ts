import { decodeRecord } from "../journal-record/record.js";

/** What a record is to a target: a batch for all, a report of discards, one for it alone, or one for another target alone. */
export type RecordKind = "batch" | "gone" | "again" | "elsewhere";

/** Of what cannot be read nobody knows more than that it was counted as a batch. */
export function kindFor(target: string, data: Uint8Array): RecordKind {
  try {
    const { kind, again } = decodeRecord(data);
    if (again !== undefined) return again.target === target ? "again" : "elsewhere";
    return kind;
  } catch {
    return "batch";
  }
}
