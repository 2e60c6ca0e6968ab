import type { Batch, SealedBatch } from "../batch.js";
import { type Envelope, type Gone, protocolVersion, type SealedEnvelope } from "../envelope.js";
import { limits } from "../limits.js";
import { batchSchema, sealedBatchSchema } from "./batch.js";
import {
  type Fields,
  integer,
  list,
  literal,
  matching,
  optional,
  type RecordSchema,
  record,
  type Schema,
  text,
} from "./schema.js";

const count = integer(0, limits.count);

/** A frozen batch that was discarded unsent. */
export const goneSchema: RecordSchema<Gone> = record<Gone>({
  tab: text(limits.id, 1),
  seq: count,
  n: count,
  // Any word: a newer sender's reason must not cost the batches beside it.
  reason: matching("[a-z][a-z_]{0,31}"),
});

const envelopeFields = <B extends Batch>(batch: Schema<B>): Fields<Envelope<B>> =>
  ({
    v: literal(protocolVersion),
    // Any string: a key that nobody knows is answered 401, which is mended, while a 400 is final.
    key: text(limits.id, 1),
    sentAt: optional(integer(0, limits.time)),
    batches: list(batch, { min: 1, max: limits.batches }),
    gone: optional(list(goneSchema, { min: 0, max: limits.gone })),
  }) as Fields<Envelope<B>>;

/** An envelope without a look into its batches: one bad batch never takes its neighbours down. */
export const envelopeHeadSchema: RecordSchema<Envelope> = record<Envelope>(envelopeFields({} as Schema<Batch>));

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** What one request from a browser carries. */
export const envelopeSchema: RecordSchema<Envelope> = {
  $schema: dialect,
  $id: "urn:isotherm:v1:envelope",
  ...record<Envelope>(envelopeFields<Batch>(batchSchema)),
};

/** What one request from a relay carries. */
export const sealedEnvelopeSchema: RecordSchema<SealedEnvelope> = {
  $schema: dialect,
  $id: "urn:isotherm:v1:sealed-envelope",
  ...record<SealedEnvelope>(envelopeFields<SealedBatch>(sealedBatchSchema)),
};
