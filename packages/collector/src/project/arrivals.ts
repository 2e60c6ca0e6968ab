import { CollectorError } from "../collector-error.js";
import type { ArrivedBatch, ArrivedGone } from "../store/store.js";
import { type ArrivalHead, decodeArrival, readHead } from "./record.js";

/** A batch that is read when its turn comes: a chunk's batches all together would fill the memory again and again. */
export interface WaitingBatch {
  readonly head: ArrivalHead;
  readonly data: Uint8Array;
}

/** What the records of a chunk hold. */
export interface Arrivals {
  readonly batches: readonly WaitingBatch[];
  readonly gone: readonly ArrivedGone[];
  /** Records that no one can read, skipped and counted. */
  readonly unreadable: number;
}

/** Tells the records of a chunk apart. */
export function sortArrivals(records: Iterable<Uint8Array>): Arrivals {
  const batches: WaitingBatch[] = [];
  const gone: ArrivedGone[] = [];
  let unreadable = 0;
  for (const data of records) {
    const head = ifReadable(() => readHead(data));
    if (head?.kind === "batch") {
      batches.push({ head, data });
      continue;
    }
    const arrival = head && ifReadable(() => decodeArrival(data));
    if (arrival?.kind === "gone") gone.push(arrival);
    else unreadable++;
  }
  return { batches, gone, unreadable };
}

/** Reads a batch whose turn has come; null when no one can. */
export function readBatch({ data }: WaitingBatch): ArrivedBatch | null {
  const arrival = ifReadable(() => decodeArrival(data));
  return arrival?.kind === "batch" ? arrival : null;
}

function ifReadable<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    return null;
  }
}
