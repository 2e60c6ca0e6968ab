import { type Dimension, widthClasses } from "@isotherm/protocol";
import { botClasses as botClassSchema, dimensions, metrics } from "../schema/numbers.js";
import { heatKinds } from "../schema/visits.js";
import type { Parameter, QueryShape } from "./read-query.js";

const choices = (schema: { readonly [keyword: string]: unknown }): readonly string[] =>
  schema.enum as readonly string[];

/** Names of the dimensions, for messages. */
export const dimensionNames: readonly Dimension[] = choices(dimensions) as readonly Dimension[];

const botClasses = choices(botClassSchema);

/** Documented bounds of the query API. */
export const queryLimits = {
  days: 800,
  filters: 16,
  filterDepth: 4,
  filterValues: 50,
  filterText: 2_048,
  text: 256,
  cursor: 512,
  steps: 8,
  cohorts: 60,
} as const;

const day = (description: string): Parameter => ({
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}$",
  description,
});

/** Which days. */
export const rangeParameters: { readonly [name: string]: Parameter } = {
  from: day("first local day of the site, as 2026-11-21; needs `to`"),
  to: day("last local day, included; needs `from`"),
  period: {
    type: "string",
    enum: ["day", "7d", "30d", "month"],
    description:
      "instead of `from` and `to`: today, the last 7 or 30 days, or this month so far; 30d when nothing is said",
  },
};

/** Which visits. */
export const filterParameters: { readonly [name: string]: Parameter } = {
  filters: {
    type: "string",
    maxLength: 65_536,
    description:
      'a JSON array of conditions that all hold, as [["is","source",["Google","Bing"]]], any of several values; also is_not, contains, contains_not; over dimensions and properties of events, as props.plan; nested in ["or",[…]], ["and",[…]] and ["not",…]',
  },
};

const bots = {
  bots: {
    type: "string",
    enum: ["all", ...botClasses],
    description: "asks about machines of this class, or of all, instead of people",
  },
} as const satisfies { [name: string]: Parameter };

const compare = (fallback: "previous" | "none"): { readonly [name: string]: Parameter } => ({
  compare: {
    type: "string",
    maxLength: queryLimits.text,
    default: fallback,
    description:
      "what the numbers stand beside: previous (as many days just before), year (the same days a year earlier), days as 2026-10-01..2026-10-31, or none",
  },
  match: {
    type: "string",
    enum: ["date", "weekday"],
    default: "date",
    description: "weekday: the compared days begin on the same day of the week",
  },
});

/** How many rows. */
export const limit = (fallback: number): Parameter => ({
  type: "integer",
  minimum: 1,
  maximum: 1_000,
  default: fallback,
  description: "rows at most",
});

/** Where a list goes on. */
export const cursor: Parameter = {
  type: "string",
  minLength: 1,
  maxLength: queryLimits.cursor,
  description: "`next` of the page before",
};

/** What is looked for in a list. */
export const search: Parameter = {
  type: "string",
  maxLength: queryLimits.text,
  default: "",
  description: "only values with this text in them",
};

/** A page, by its path. */
export const page: Parameter = {
  type: "string",
  minLength: 1,
  maxLength: 2_048,
  description: "normalised path of the page, as /pricing",
};

/** The query string of a route. */
export const shape = (properties: QueryShape["properties"], required: readonly string[] = []): QueryShape => ({
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
    | "bots"
    | "pages"
    | "heatmap"
    | "sessions"
    | "delivery"
    | "snapshots"
    | "audit"]: QueryShape;
} = {
  none: shape({}),
  audit: shape({ limit: limit(100), cursor: { ...cursor, pattern: "^\\d{1,15}$" } }),
  summary: shape({ ...rangeParameters, ...compare("previous"), ...filterParameters, ...bots }),
  series: shape({
    ...rangeParameters,
    ...compare("none"),
    ...filterParameters,
    ...bots,
    metric: { type: "string", enum: choices(metrics), default: "visitors", description: "what is drawn" },
    interval: {
      type: "string",
      enum: ["hour", "day"],
      description: "hour for one day, day for more, when nothing is said",
    },
  }),
  breakdown: shape(
    {
      ...rangeParameters,
      ...filterParameters,
      ...bots,
      dimension: { type: "string", enum: dimensionNames, description: "what is grouped by" },
      search,
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
  bots: shape({ ...rangeParameters, ...filterParameters }),
  pages: shape({ ...rangeParameters, ...filterParameters, limit: limit(100) }),
  heatmap: shape(
    {
      ...rangeParameters,
      ...compare("none"),
      ...filterParameters,
      page,
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
  sessions: shape({ ...rangeParameters, ...filterParameters, ...bots, limit: limit(50), cursor }),
  delivery: shape({ ...rangeParameters }),
  snapshots: shape({
    page,
    bucket: {
      type: "string",
      enum: widthClasses.map(String),
      description: "width class of the viewport by its lower edge",
    },
  }),
};
