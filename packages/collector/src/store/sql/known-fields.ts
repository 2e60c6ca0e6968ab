import {
  clickBoxSchema,
  clientHintsSchema,
  droppedSchema,
  edgeSchema,
  eventSchemas,
  pageSchema,
  sealedBatchSchema,
} from "@isotherm/protocol/schema";
import type { KnownFields } from "../value/value-writer.js";

const records = [
  ...[sealedBatchSchema, droppedSchema, pageSchema, edgeSchema, clientHintsSchema, clickBoxSchema],
  ...Object.values(eventSchemas),
];

/** What the protocol says of a batch's fields. */
export const knownFields: KnownFields = {
  keys: new Set(records.flatMap(({ properties }) => Object.keys(properties))),
  types: new Set(Object.keys(eventSchemas)),
  shared: new Set([
    ...["url", "referrer", "title", "nav", "lang", "tz", "layout", "sdk", "consent"],
    ...["el", "name", "act", "cat", "rating", "currency", "experiment", "variant"],
    ...["ua", "platform", "brands", "country", "host", "relay", "salt"],
  ]),
  running: new Set(["t", "at"]),
  open: new Set(["props", "traits"]),
};
