import { cursor, filterParameters, limit, page, queryLimits, rangeParameters, search, shape } from "./parameters.js";
import type { Parameter, QueryShape } from "./read-query.js";

const sort = (names: readonly [string, ...string[]]): Parameter => ({
  type: "string",
  enum: names,
  default: names[0],
  description: "the number that comes first",
});
const occurrences = sort(["count", "visits", "visitors"]);
const chosen = { ...rangeParameters, ...filterParameters };
const listed = { search, limit: limit(100), cursor };
const text = (description: string): Parameter => ({
  type: "string",
  minLength: 1,
  maxLength: queryLimits.filterText,
  description,
});

/** The query strings of what visitors did, by route. */
export const behaviourShapes: {
  readonly [route in
    | "events"
    | "properties"
    | "goals"
    | "funnel"
    | "retention"
    | "journeys"
    | "vitals"
    | "errors"
    | "forms"
    | "realtime"]: QueryShape;
} = {
  events: shape({
    ...chosen,
    type: {
      type: "string",
      enum: ["custom", "goal", "outbound", "exposure"],
      description: "only events of this type; outbound links and downloads are one",
    },
    ...listed,
    sort: occurrences,
  }),
  properties: shape({
    ...chosen,
    event: text("name of the custom event or goal; those of every name when nothing is said"),
    key: text("the property whose values are wanted; the keys when nothing is said"),
    ...listed,
    sort: occurrences,
  }),
  goals: shape({ ...chosen, ...listed, sort: sort(["conversions", "visitors"]) }),
  funnel: shape(
    {
      ...chosen,
      steps: {
        type: "string",
        minLength: 1,
        maxLength: 32_768,
        description: `a JSON array of 2 to ${queryLimits.steps} steps, as [["page","/docs/*"],["event","signup"],["goal","purchase"]]`,
      },
      window: {
        type: "integer",
        minimum: 1,
        maximum: 90,
        default: 7,
        description: "days from a visitor's first step within which the others count",
      },
    },
    ["steps"],
  ),
  retention: shape({
    ...chosen,
    interval: {
      type: "string",
      enum: ["day", "week", "month"],
      default: "week",
      description: `what a cohort is first seen in; a period may hold ${queryLimits.cohorts} of them`,
    },
  }),
  journeys: shape(
    {
      ...chosen,
      page,
      limit: { type: "integer", minimum: 1, maximum: 100, default: 10, description: "pages in each direction at most" },
    },
    ["page"],
  ),
  vitals: shape({ ...chosen, ...listed }),
  errors: shape({ ...chosen, ...listed, sort: sort(["count", "visits", "visitors", "last"]) }),
  forms: shape({ ...chosen, page, ...listed, limit: limit(20) }),
  realtime: shape({ ...filterParameters }),
};
