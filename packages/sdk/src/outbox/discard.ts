import { type Gone, horizon } from "@isotherm/protocol";
import { utf8Length } from "../utf8-length.js";
import type { Waiting } from "./outbox.js";

/** What an outbox may hold. */
export interface OutboxLimits {
  /** Bytes; the oldest batches go first. @default 5242880 */
  readonly maxBytes?: number;
  /** Milliseconds; at most 14 days, because servers remember ids for 30. @default 1209600000 */
  readonly maxAge?: number;
}

/** What stays of a batch that is discarded unsent, so that the loss is counted. */
export function tombstone({ id, tab, seq, n, at }: Waiting, reason: Gone["reason"]): Waiting {
  const body = JSON.stringify({ tab, seq, n, reason } satisfies Gone);
  return { id, tab, seq, n, at, body, bytes: utf8Length(body), reason };
}

/** Tombstones for the batches that are too old or too many, oldest first. */
export function discards(
  waiting: readonly Waiting[],
  now: number,
  { maxBytes = 5_242_880, maxAge = horizon.send }: OutboxLimits = {},
): Waiting[] {
  let bytes = 0;
  for (const batch of waiting) bytes += batch.bytes;
  return waiting.flatMap((batch) => {
    const old = now - batch.at > Math.min(maxAge, horizon.send);
    if (batch.reason || (!old && bytes <= maxBytes)) return [];
    bytes -= batch.bytes;
    return tombstone(batch, old ? "age" : "quota");
  });
}
