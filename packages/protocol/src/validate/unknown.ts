import type { Batch, SealedBatch } from "../batch.js";
import type { Envelope } from "../envelope.js";
import type { Event } from "../event.js";
import {
  batchHeadSchema,
  clickBoxSchema,
  clientHintsSchema,
  droppedSchema,
  edgeSchema,
  envelopeHeadSchema,
  eventSchemas,
  goneSchema,
  pageSchema,
  type RecordSchema,
} from "../schema/index.js";

const fieldsOf = <T>(schema: RecordSchema<T>): ReadonlySet<string> => new Set(Object.keys(schema.properties));

const envelopeFields = fieldsOf(envelopeHeadSchema);
const goneFields = fieldsOf(goneSchema);
const batchFields = new Set([...fieldsOf(batchHeadSchema), "edge"]);
const pageFields = fieldsOf(pageSchema);
const droppedFields = fieldsOf(droppedSchema);
const edgeFields = fieldsOf(edgeSchema);
const hintFields = fieldsOf(clientHintsSchema);
const boxFields = fieldsOf(clickBoxSchema);
const eventFields: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(eventSchemas).map(([type, schema]) => [type, new Set(Object.keys(schema.properties))]),
);

/** Fields of the envelope and of its `gone` that this version does not know; batches are counted on their own. */
export function unknownInEnvelope(envelope: Envelope): number {
  let count = foreign(envelope, envelopeFields);
  for (const gone of envelope.gone ?? []) count += foreign(gone, goneFields);
  return count;
}

/** Fields and event types of a valid batch that this version does not know. An unknown event counts once. */
export function unknownInBatch(batch: Batch | SealedBatch): number {
  let count = foreign(batch, batchFields) + foreign(batch.page, pageFields);
  if (batch.dropped !== undefined) count += foreign(batch.dropped, droppedFields);
  if ("edge" in batch) {
    count += foreign(batch.edge, edgeFields);
    if (batch.edge.ch !== undefined) count += foreign(batch.edge.ch, hintFields);
  }
  for (const event of batch.events) count += unknownInEvent(event);
  return count;
}

function unknownInEvent(event: Event): number {
  const fields = eventFields.get(event.type);
  if (fields === undefined) return 1;
  const count = foreign(event, fields);
  return event.type === "click" && event.box !== undefined ? count + foreign(event.box, boxFields) : count;
}

function foreign(value: object, fields: ReadonlySet<string>): number {
  let count = 0;
  for (const field in value) if (!fields.has(field)) count++;
  return count;
}
