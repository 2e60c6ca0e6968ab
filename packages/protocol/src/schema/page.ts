import type { Page } from "../batch.js";
import { limits, snapshotLimits } from "../limits.js";
import { decimal, flag, integer, optional, type RecordSchema, record, text } from "./schema.js";

// A hidden frame has no size, and an empty document no height.
const length = integer(0, limits.pixels);

/** The facts of one page view. */
export const pageSchema: RecordSchema<Page> = record<Page>({
  id: text(limits.id, 1),
  url: text(limits.url),
  referrer: optional(text(limits.url)),
  title: optional(text(limits.title)),
  nav: text(limits.id, 1),
  vw: length,
  vh: length,
  dw: length,
  dh: length,
  sw: length,
  sh: length,
  // Page zoom makes it fractional, and a window that is not shown may report 0.
  dpr: decimal({ minimum: 0, maximum: limits.dpr }),
  lang: optional(text(limits.language)),
  tz: optional(text(limits.zone)),
  touch: optional(flag),
  webdriver: optional(flag),
  layout: optional(text(snapshotLimits.layout, 1)),
});
