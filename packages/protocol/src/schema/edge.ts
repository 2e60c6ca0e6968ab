import type { ClientHints, Edge } from "../edge.js";
import { limits } from "../limits.js";
import { choice, flag, integer, matching, optional, type RecordSchema, record, text } from "./schema.js";

/** Client hints of a sealed batch. */
export const clientHintsSchema: RecordSchema<ClientHints> = record<ClientHints>({
  platform: optional(text(limits.name)),
  mobile: optional(flag),
  brands: optional(text(limits.language)),
});

/** What the first server adds to a batch. */
export const edgeSchema: RecordSchema<Edge> = record<Edge>({
  at: integer(0, limits.time),
  skew: integer(-limits.time, limits.time),
  visitor: optional(text(limits.id, 1)),
  salt: optional(matching("[0-9]{4}-[0-9]{2}-[0-9]{2}")),
  previous: optional(text(limits.id, 1)),
  ip: optional(text(limits.address, 1)),
  address: optional(text(limits.address, 1)),
  ua: optional(text(limits.agent)),
  lang: optional(text(limits.language)),
  ch: optional(clientHintsSchema),
  country: optional(matching("[A-Z]{2}")),
  region: optional(text(limits.name, 1)),
  city: optional(text(limits.name, 1)),
  host: optional(text(limits.host)),
  relay: optional(text(limits.name)),
  privacy: optional(choice<"gpc" | "dnt">({ gpc: true, dnt: true })),
});
