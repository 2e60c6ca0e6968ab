export { anyEventSchema, batchHeadSchema, batchSchema, droppedSchema, sealedBatchSchema } from "./batch.js";
export { clientHintsSchema, edgeSchema } from "./edge.js";
export { envelopeHeadSchema, envelopeSchema, goneSchema, sealedEnvelopeSchema } from "./envelope.js";
export { clickBoxSchema, eventSchemas } from "./event.js";
export { pageSchema } from "./page.js";
export type { AnySchema, RecordSchema, Schema } from "./schema.js";
export { snapshotHeadSchema } from "./snapshot.js";
