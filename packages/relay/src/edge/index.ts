export { metricsText } from "../metrics/metrics-text.js";
export type { Client } from "../relay.js";
export { RelayError, type RelayErrorCode, type RelayErrorOptions } from "../relay-error.js";
export type { Fetch } from "../transport/fetch.js";
export { createEdgeRelay, type EdgeRelay } from "./create-edge-relay.js";
export type { EdgeRelayOptions, SnapshotKeeper } from "./options.js";
