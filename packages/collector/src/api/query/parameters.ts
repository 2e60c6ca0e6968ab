import { type Dimension, widthClasses } from "@isotherm/protocol";
import { dimensions, metrics } from "../schema/numbers.js";
import { heatKinds } from "../schema/visits.js";
import type { Parameter, QueryShape } from "./read-query.js";

const choices = (schema: { readonly [keyword: string]: unknown }): readonly string[] =>
  schema.enum as readonly string[];

/** Names of the dimensions, for messages. */
export const dimensionNames: readonly Dimension[] = choices(dimensions) as readonly Dimension[];

/** Documented bounds of the query API. */
export const queryLimits = {
  days: 800,
  filters: 16,
  filterValues: 50,
  filterText: 2_048,
  text: 256,
  cursor: 512,
} as const;

const day = (description: string): Parameter => ({
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}$",
  description,
});

const range = {
  from: day("first local day of the site, as 2026-11-21; needs `to`"),
  to: day("last local day, included; needs `from`"),
  period: {
    type: "string",
    enum: ["day", "7d", "30d", "month"],
    description:
      "instead of `from` and `to`: today, the last 7 or 30 days, or this month so far; 30d when nothing is said",
  },
} as const satisfies { [name: string]: Parameter };

const filters = {
  filters: {
    type: "string",
    maxLength: 65_536,
    description:
      'a JSON array of conditions that all hold, as [["is","source",["Google","Bing"]]]; also is_not, contains',
  },
} as const satisfies { [name: string]: Parameter };

const limit = (fallback: number): Parameter => ({
  type: "integer",
  minimum: 1,
  maximum: 1_000,
  default: fallback,
  description: "rows at most",
});

const cursor: Parameter = {
  type: "string",
  minLength: 1,
  maxLength: queryLimits.cursor,
  description: "`next` of the page before",
};

const shape = (properties: QueryShape["properties"], required: readonly string[] = []): QueryShape => ({
  type: "object",
  additionalProperties: false,
  ...(required.length > 0 && { required }),
  properties,
});

/** The query string of each route. */
export const queryShapes: {
  readonly [route in
    | "none"
    | "summary"
    | "series"
    | "breakdown"
    | "pages"
    | "heatmap"
    | "sessions"
    | "delivery"
    | "snapshots"]: QueryShape;
} = {
  none: shape({}),
  summary: shape({ ...range, ...filters }),
  series: shape({
    ...range,
    ...filters,
    metric: { type: "string", enum: choices(metrics), default: "visitors", description: "what is drawn" },
    interval: {
      type: "string",
      enum: ["hour", "day"],
      description: "hour for one day, day for more, when nothing is said",
    },
  }),
  breakdown: shape(
    {
      ...range,
      ...filters,
      dimension: { type: "string", enum: dimensionNames, description: "what is grouped by" },
      search: {
        type: "string",
        maxLength: queryLimits.text,
        default: "",
        description: "only values with this text in them",
      },
      sort: {
        type: "string",
        enum: ["visitors", "visits", "pageViews"],
        default: "visitors",
        description: "the number that comes first",
      },
      limit: limit(100),
      cursor,
    },
    ["dimension"],
  ),
  pages: shape({ ...range, ...filters, limit: limit(100) }),
  heatmap: shape(
    {
      ...range,
      ...filters,
      page: { type: "string", minLength: 1, maxLength: 2_048, description: "normalised path of the page, as /pricing" },
      kind: { type: "string", enum: choices(heatKinds), default: "click", description: "what is drawn" },
      bucket: {
        type: "string",
        enum: ["common", ...widthClasses.map(String)],
        description:
          "width class of the viewport by its lower edge, or the one with the most page views; all of them when nothing is said",
      },
    },
    ["page"],
  ),
  sessions: shape({ ...range, ...filters, limit: limit(50), cursor }),
  delivery: shape({ ...range }),
  snapshots: shape({
    page: { type: "string", minLength: 1, maxLength: 2_048, description: "normalised path of the page, as /pricing" },
    bucket: {
      type: "string",
      enum: widthClasses.map(String),
      description: "width class of the viewport by its lower edge",
    },
  }),
};
