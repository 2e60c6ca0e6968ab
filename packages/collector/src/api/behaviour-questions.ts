import type { NamedEventType } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import { intervalsOf } from "../store/derive/calendar.js";
import { dayOf } from "../store/derive/zone.js";
import type { Listing, OccurrenceSort, Range } from "../store/queries.js";
import { behaviourShapes } from "./query/behaviour-parameters.js";
import { queryLimits } from "./query/parameters.js";
import type { QueryValues } from "./query/read-query.js";
import { stepsOf } from "./query/steps.js";
import { cursorOf, type SiteQuestion } from "./site-question.js";

const listing = (values: QueryValues): Listing => ({
  search: String(values.search),
  limit: Number(values.limit),
  cursor: cursorOf(values),
});
/** The same, in an order. */
const sorted = <Sort extends string>(values: QueryValues): Listing & { readonly sort: Sort } => ({
  ...listing(values),
  sort: values.sort as Sort,
});
const textOf = (value: string | number | undefined): string | null => (value === undefined ? null : String(value));

/** Questions about what visitors did. */
export const behaviourQuestions: readonly SiteQuestion[] = [
  {
    name: "events",
    summary: "Custom events, goals, outbound links and exposures by name",
    shape: behaviourShapes.events,
    answer: "EventsAnswer",
    run: (queries, query, values) =>
      queries.events({
        ...query,
        ...sorted<OccurrenceSort>(values),
        type: textOf(values.type) as NamedEventType | null,
      }),
  },
  {
    name: "properties",
    summary: "The keys of events' properties, or the values of one",
    shape: behaviourShapes.properties,
    answer: "PropertiesAnswer",
    run: (queries, query, values) =>
      queries.properties({
        ...query,
        ...sorted<OccurrenceSort>(values),
        event: textOf(values.event),
        key: textOf(values.key),
      }),
  },
  {
    name: "goals",
    summary: "Conversions, converting visitors and revenue of each goal",
    shape: behaviourShapes.goals,
    answer: "GoalsAnswer",
    run: (queries, query, values) => queries.goals({ ...query, ...sorted<"conversions" | "visitors">(values) }),
  },
  {
    name: "funnel",
    summary: "How many visitors took steps in order",
    shape: behaviourShapes.funnel,
    answer: "FunnelAnswer",
    run: (queries, query, { steps, window }) =>
      queries.funnel({ ...query, steps: stepsOf(String(steps)), window: Number(window) }),
  },
  {
    name: "retention",
    summary: "Who of those first seen in an interval came back in later ones",
    shape: behaviourShapes.retention,
    answer: "RetentionAnswer",
    run: (queries, query, { interval }) =>
      queries.retention({ ...query, interval: bounded(interval as "day" | "week" | "month", query.range) }),
  },
  {
    name: "journeys",
    summary: "Where visits went from a page, and came to it from",
    shape: behaviourShapes.journeys,
    answer: "JourneysAnswer",
    run: (queries, query, { page, limit }) => queries.journeys({ ...query, page: String(page), limit: Number(limit) }),
  },
  {
    name: "vitals",
    summary: "Web vitals at the 75th percentile, of all pages and of each",
    shape: behaviourShapes.vitals,
    answer: "VitalsAnswer",
    run: (queries, query, values) => queries.vitals({ ...query, ...listing(values) }),
  },
  {
    name: "errors",
    summary: "Uncaught errors by message",
    shape: behaviourShapes.errors,
    answer: "ErrorsAnswer",
    run: (queries, query, values) => queries.errors({ ...query, ...sorted<OccurrenceSort | "last">(values) }),
  },
  {
    name: "forms",
    summary: "How forms were filled in, and which field was the last",
    shape: behaviourShapes.forms,
    answer: "FormsAnswer",
    run: (queries, query, values) => queries.forms({ ...query, ...listing(values), page: textOf(values.page) }),
  },
];

function bounded(interval: "day" | "week" | "month", { from, to }: Range): "day" | "week" | "month" {
  if (intervalsOf(dayOf(from), dayOf(to), interval).length <= queryLimits.cohorts) return interval;
  const message = `interval: a period may hold ${queryLimits.cohorts} cohorts at most; ask for longer ones`;
  throw new CollectorError("query_invalid", message, { details: [{ path: "interval", message }] });
}
