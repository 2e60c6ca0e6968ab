export type { BatchCheck } from "./check-batch.js";
export type { Detail } from "./describe.js";
export {
  type EnvelopeAccepted,
  type EnvelopeRead,
  type EnvelopeRefused,
  type ReadOptions,
  readEnvelope,
} from "./read-envelope.js";
export { readSnapshotHead, type SnapshotRead, snapshotRef } from "./read-snapshot.js";
export { faultInTree } from "./snapshot-tree.js";
