import { CollectorError } from "../collector-error.js";
import type { ArrivedBatch, ArrivedGone } from "../store/store.js";
import { decodeArrival } from "./record.js";

/** What the records of a chunk hold. */
export interface Arrivals {
  readonly batches: readonly ArrivedBatch[];
  readonly gone: readonly ArrivedGone[];
  /** Records that no one can read, skipped and counted. */
  readonly unreadable: number;
}

/** Reads the records of a chunk. */
export function readArrivals(records: Iterable<Uint8Array>): Arrivals {
  const batches: ArrivedBatch[] = [];
  const gone: ArrivedGone[] = [];
  let unreadable = 0;
  for (const record of records) {
    try {
      const arrival = decodeArrival(record);
      if (arrival.kind === "batch") batches.push(arrival);
      else gone.push(arrival);
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      unreadable++;
    }
  }
  return { batches, gone, unreadable };
}
