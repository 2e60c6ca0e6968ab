import type { Batch, DropReason, SealedBatch } from "../batch.js";
import type { Event } from "../event.js";
import { horizon, limits } from "../limits.js";
import { edgeSchema } from "./edge.js";
import { eventSchemas } from "./event.js";
import { pageSchema } from "./page.js";
import {
  choice,
  decimal,
  type Fields,
  flag,
  integer,
  list,
  matching,
  optional,
  type RecordSchema,
  record,
  type Schema,
  text,
} from "./schema.js";

type Dropped = NonNullable<Batch["dropped"]>;

const id = text(limits.id, 1);
const count = integer(0, limits.count);

/** Events dropped before they had a batch, by reason. */
export const droppedSchema: RecordSchema<Dropped> = record<{ readonly [reason in DropReason]?: number }>({
  size: optional(count),
  quota: optional(count),
  before_send: optional(count),
});

/** What every event has, whatever its type. */
export const anyEventSchema: RecordSchema<{ readonly type: string; readonly t: number }> = record<{
  readonly type: string;
  readonly t: number;
}>({ type: text(limits.name, 1), t: integer(-horizon.send, horizon.send) });

// Lower case only: two spellings of one UUID would count twice.
const uuid = matching("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

const batchFields = (event: Schema<Event>): Fields<Batch> => ({
  id: uuid,
  tab: id,
  seq: count,
  last: optional(flag),
  dropped: optional(droppedSchema),
  at: integer(0, limits.time),
  visitor: optional(id),
  user: optional(id),
  session: optional(id),
  reset: optional(uuid),
  rate: optional(decimal({ exclusiveMinimum: 0, maximum: 1 })),
  consent: choice<Batch["consent"]>({ granted: true, unset: true }),
  page: pageSchema,
  sdk: text(limits.id, 1),
  events: list(event, { min: 1, max: limits.events }),
});

const knownEvent: Schema<Event> = {
  ...anyEventSchema,
  allOf: Object.entries(eventSchemas).map(([type, schema]) => ({
    if: { type: "object", properties: { type: { const: type } }, required: ["type"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: schema,
  })),
} as Schema<Event>;

/** A batch, without a look into its events beyond `type` and `t`; their own schemas look further. */
export const batchHeadSchema: RecordSchema<Batch> = record<Batch>(
  batchFields(anyEventSchema as unknown as Schema<Event>),
);

/** A whole batch. Events of an unknown type pass. */
export const batchSchema: RecordSchema<Batch> = record<Batch>(batchFields(knownEvent));

/** A whole batch with its `edge`. */
export const sealedBatchSchema: RecordSchema<SealedBatch> = record<SealedBatch>({
  ...batchFields(knownEvent),
  edge: edgeSchema,
});
