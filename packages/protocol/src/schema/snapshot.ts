import { limits, snapshotLimits } from "../limits.js";
import type { SnapshotHead } from "../snapshot.js";
import { choice, integer, literal, type RecordSchema, record, text } from "./schema.js";

const length = integer(0, limits.pixels);

/** The first line of a snapshot's upload. */
export const snapshotHeadSchema: RecordSchema<SnapshotHead> = record<SnapshotHead>({
  v: literal(1),
  key: text(limits.id, 1),
  view: text(limits.id, 1),
  url: text(limits.url, 1),
  at: integer(0, limits.time),
  vw: length,
  vh: length,
  dw: length,
  dh: length,
  layout: text(snapshotLimits.layout, 1),
  consent: choice<SnapshotHead["consent"]>({ granted: true, unset: true }),
});
