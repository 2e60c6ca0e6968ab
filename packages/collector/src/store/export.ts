import type { Range } from "./queries.js";

/** What can be exported. */
export const exportModels = ["visits", "page_views", "events", "days"] as const;

/** One of them. */
export type ExportModel = (typeof exportModels)[number];

/** What an export asks for, page by page. */
export interface ExportQuery {
  readonly site: string;
  readonly model: ExportModel;
  readonly range: Range;
  /** Rows at most; of `days`, whole days are told however many rows they have. */
  readonly limit: number;
  /** `next` of the page before; null begins. */
  readonly after: string | null;
}

/** What a cell may be: texts and times are texts, and properties an object. */
export type ExportCell = string | number | boolean | null | { readonly [name: string]: unknown };

/** Some rows, with their cells in the order of the columns. */
export interface ExportPage {
  readonly rows: readonly (readonly ExportCell[])[];
  /** Null on the last page. */
  readonly next: string | null;
}

const source = ["source", "medium", "campaign", "term", "content", "channel", "referrer"] as const;
const device = [
  "device",
  "vendor",
  "model",
  "browser",
  "browser_version",
  "system",
  "system_version",
  "language",
] as const;
const place = ["country", "eu", "region", "city", "time_zone", "network", "org", "asn"] as const;

/** The columns of each, in their order: a released one keeps its name and its place, others follow. */
export const exportColumns: { readonly [model in ExportModel]: readonly string[] } = {
  visits: [
    ...["id", "visitor", "user", "start", "end", "duration", "engaged", "page_views", "clicks", "events", "bounce"],
    ...["entry", "exit", ...source, ...device, ...place],
  ],
  page_views: [
    ...["visit", "visitor", "at", "page", "title", "views", "clicks", "engaged", "depth", "viewport_class"],
    ...["document_width", "document_height"],
  ],
  events: ["visit", "visitor", "user", "at", "page", "type", "name", "value", "currency", "properties"],
  days: ["day", "dimension", "value", "visitors", "visits", "page_views", "bounces", "duration", "clicks"],
};
