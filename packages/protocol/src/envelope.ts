import type { Batch, SealedBatch } from "./batch.js";

/** The only version of the wire format so far. */
export const protocolVersion = 1;

/** A frozen batch that was discarded unsent. */
export interface Gone {
  readonly tab: string;
  readonly seq: number;
  /** Events in it. */
  readonly n: number;
  /** `quota`, `age`, `rejected`, `before_send` or `size` so far; small letters and underscores, 32 at most. */
  readonly reason: string;
}

/** What one request carries. */
export interface Envelope<B extends Batch = Batch> {
  readonly v: typeof protocolVersion;
  /** The site's public key. */
  readonly key: string;
  /** Sender's clock at this attempt, in ms; absent means no correction. */
  readonly sentAt?: number;
  readonly batches: readonly B[];
  readonly gone?: readonly Gone[];
}

/** What a relay sends a collector: every batch carries its `edge`. */
export type SealedEnvelope = Envelope<SealedBatch>;
