import type {
  ErrorsAnswer,
  EventsAnswer,
  FormsAnswer,
  FunnelAnswer,
  FunnelStep,
  GoalsAnswer,
  JourneyStep,
  JourneysAnswer,
  Occurrences,
  PropertiesAnswer,
  RealtimeAnswer,
  RetentionAnswer,
  Revenue,
  VitalNumbers,
  VitalsAnswer,
} from "@isotherm/protocol";
import { asOf, folded, next, period } from "./numbers.js";
import {
  choice,
  count,
  list,
  named,
  nullable,
  number,
  object,
  optional,
  type Schema,
  share,
  string,
  time,
} from "./schema.js";

const occurrences = {
  count: count(),
  visits: count("Visits in which it happened"),
  visitors: count("Their distinct visitors; cookie-less ones are distinct per day"),
} satisfies { readonly [field in keyof Occurrences]: Schema<number> };

const listed = { total: count("Rows in all"), next, folded };

const partial = optional<true>({
  const: true,
  description: "Batches that an older program stored have yet to be read for this",
});

const step: Schema<FunnelStep> = {
  type: "array",
  prefixItems: [choice({ page: true, event: true, goal: true }), string()],
  minItems: 2,
  maxItems: 2,
  description: "[type, name]",
};

const now: Schema<RealtimeAnswer["pages"]> = list(
  object<RealtimeAnswer["pages"][number]>({ value: string(), visitors: count() }),
  "Most visitors first",
);

/** What visitors did, by the name that it has in the OpenAPI document. */
export const behaviourSchemas: { readonly [name: string]: object } = {
  EventsAnswer: object<EventsAnswer>({
    asOf,
    period,
    rows: list(
      object<EventsAnswer["rows"][number]>({
        type: choice({ custom: true, goal: true, outbound: true, exposure: true }),
        name: string("Of outbound links and downloads the address, of exposures experiment=variant"),
        ...occurrences,
      }),
    ),
    ...listed,
  }),
  PropertiesAnswer: object<PropertiesAnswer>({
    asOf,
    period,
    event: nullable(string("Name of the event; null for those of every name")),
    key: nullable(string("The property whose values these are; null where they are keys")),
    rows: list(object<PropertiesAnswer["rows"][number]>({ value: string(), ...occurrences })),
    ...listed,
    partial,
  }),
  GoalsAnswer: object<GoalsAnswer>({
    asOf,
    period,
    visitors: count("Distinct visitors, whom the rates refer to"),
    rows: list(
      object<GoalsAnswer["rows"][number]>({
        name: string(),
        conversions: count(),
        visitors: count("Distinct converting visitors"),
        rate: share("Converting visitors / visitors"),
        revenue: list(
          object<Revenue>({ currency: nullable(string("ISO 4217")), value: number() }),
          "Sums by currency, which is null where a goal named none",
        ),
      }),
    ),
    ...listed,
  }),
  FunnelAnswer: object<FunnelAnswer>({
    asOf,
    period,
    window: count("Days from a visitor's first step within which the others count"),
    steps: list(
      object<FunnelAnswer["steps"][number]>({
        step,
        visitors: count("Distinct visitors who took this step and all before it, in order"),
        ofFirst: share(),
        ofPrevious: share(),
      }),
    ),
  }),
  RetentionAnswer: object<RetentionAnswer>({
    asOf,
    period,
    interval: choice({ day: true, week: true, month: true }),
    visitors: count("Distinct visitors of the period"),
    known: count("Those of them with a stored id, of whom alone this answer speaks"),
    cohorts: list(
      object<RetentionAnswer["cohorts"][number]>({
        from: string("First local day of the interval, as 2026-11-16; weeks begin on Monday"),
        visitors: count("First seen in the interval"),
        seen: list(
          object<RetentionAnswer["cohorts"][number]["seen"][number]>({ visitors: count(), share: share() }),
          "Of these, seen in the interval itself, in the next, and so on",
        ),
      }),
    ),
  }),
  JourneyStep: object<JourneyStep>({
    page: nullable(string("Null where the visit ended or began there")),
    count: count(),
    share: share("Of all times that the page was come to"),
  }),
  JourneysAnswer: object<JourneysAnswer>({
    asOf,
    period,
    page: string(),
    views: count("Times that the page was come to; reloads are no step"),
    next: list(named<JourneyStep>("JourneyStep"), "Most frequent first"),
    previous: list(named<JourneyStep>("JourneyStep"), "Most frequent first"),
  }),
  VitalNumbers: object<VitalNumbers>({
    name: choice({ LCP: true, INP: true, CLS: true, FCP: true, TTFB: true }),
    p75: number("75th percentile, by nearest rank; in ms but for CLS"),
    rating: choice({ good: true, "needs-improvement": true, poor: true }, "Of the 75th percentile"),
    count: count("Measurements"),
    good: count(),
    needsImprovement: count(),
    poor: count(),
  }),
  VitalsAnswer: object<VitalsAnswer>({
    asOf,
    period,
    metrics: list(named<VitalNumbers>("VitalNumbers"), "Of all pages together"),
    rows: list(
      object<VitalsAnswer["rows"][number]>({
        page: string(),
        count: count("Measurements"),
        metrics: list(named<VitalNumbers>("VitalNumbers")),
      }),
      "Most measurements first",
    ),
    ...listed,
  }),
  ErrorsAnswer: object<ErrorsAnswer>({
    asOf,
    period,
    rows: list(
      object<ErrorsAnswer["rows"][number]>({
        message: string(),
        pages: count("Different pages on which it happened"),
        first: time("First time in the period"),
        last: time("Last time in the period"),
        ...occurrences,
      }),
    ),
    ...listed,
  }),
  FormsAnswer: object<FormsAnswer>({
    asOf,
    period,
    rows: list(
      object<FormsAnswer["rows"][number]>({
        page: string(),
        started: count("Visits that entered a field there, or sent a form"),
        sent: count("Visits that sent a form there"),
        completion: share("sent / started"),
        forms: list(
          object<FormsAnswer["rows"][number]["forms"][number]>({ anchor: string(), sent: count("Visits") }),
          "Most sent first, 50 at most",
        ),
        fields: list(
          object<FormsAnswer["rows"][number]["fields"][number]>({
            anchor: string(),
            entered: count("Visits"),
            changed: count("Visits"),
            left: count("Visits that touched it last, and sent no form there"),
          }),
          "Most entered first, 50 at most",
        ),
      }),
      "Most started first",
    ),
    ...listed,
    partial,
  }),
  RealtimeAnswer: object<RealtimeAnswer>({
    asOf,
    current: count("Distinct visitors with an event in the last five minutes"),
    pages: now,
    sources: now,
    countries: now,
    minutes: list(count(), "Page views of each of the last 30 minutes, oldest first"),
  }),
};
