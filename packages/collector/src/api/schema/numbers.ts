import type {
  BotClass,
  BotsAnswer,
  BreakdownAnswer,
  BreakdownRow,
  DeliveryAnswer,
  Dimension,
  Metric,
  PagesAnswer,
  Period,
  SeriesAnswer,
  SitesAnswer,
  SixNumbers,
  SummaryAnswer,
  WithFolded,
} from "@isotherm/protocol";
import {
  choice,
  count,
  flag,
  list,
  map,
  named,
  nullable,
  number,
  type Optional,
  object,
  optional,
  type Schema,
  share,
  string,
  time,
} from "./schema.js";

/** What people can group and filter by. */
export const dimensions: Schema<Dimension> = choice<Dimension>({
  page: true,
  entry: true,
  exit: true,
  source: true,
  medium: true,
  campaign: true,
  term: true,
  content: true,
  channel: true,
  referrer: true,
  device: true,
  vendor: true,
  model: true,
  browser: true,
  browserVersion: true,
  system: true,
  systemVersion: true,
  country: true,
  eu: true,
  region: true,
  city: true,
  timeZone: true,
  network: true,
  org: true,
  asn: true,
  language: true,
  event: true,
});

/** What kinds of machines are told apart. */
export const botClasses: Schema<BotClass> = choice<BotClass>({
  headless: true,
  assistant: true,
  monitoring: true,
  spam: true,
  hosting: true,
  crawler: true,
});

/** What a series can draw. */
export const metrics: Schema<Metric> = choice<Metric>({
  visitors: true,
  visits: true,
  pageViews: true,
  viewsPerVisit: true,
  bounceRate: true,
  visitDuration: true,
});

/** Every answer says how fresh it is. */
export const asOf: Schema<number> = time("Every batch acknowledged up to then is in this answer");

export const period: Schema<Period> = named<Period>("Period");

/** How a list tells that it goes on. */
export const next: Optional<string> = optional(string("Pass it as `cursor` for the next page; absent on the last"));

const points: Schema<SeriesAnswer["points"]> = list(
  object<SeriesAnswer["points"][number]>({
    at: string("Local day or hour, as 2026-11-21 or 2026-11-21T14:00"),
    value: number(),
    partial: optional<true>({ const: true, description: "The interval is not over yet" }),
  }),
  "One per interval, without gaps",
);

const imported = optional<true>({
  const: true,
  description: "Days that another tool has counted are among them, which no filter can cut into",
});

/** What an answer says where days have more values than are told apart. */
export const folded: Optional<NonNullable<WithFolded["folded"]>> = optional(
  object<NonNullable<WithFolded["folded"]>>(
    {
      days: count("Days that have more values than are told apart"),
      values: count("Values that have no row of their own on their day; one of two days counts twice"),
    },
    "Some values stand together as `(other)`",
  ),
);

/** Numbers and lists of numbers, by the name that they have in the OpenAPI document. */
export const numberSchemas: { readonly [name: string]: object } = {
  Period: object<Period>(
    {
      from: string("First local day, as 2026-11-21"),
      to: string("Last local day, included"),
      timeZone: string("IANA time zone of the site"),
    },
    "Whole local days of the site, both ends included",
  ),
  SixNumbers: object<SixNumbers>({
    visitors: count("Distinct visitors; cookie-less ones are distinct per day"),
    visits: count("Runs of one visitor's events with gaps of at most 30 minutes"),
    pageViews: count("Views of pages, reloads included"),
    viewsPerVisit: number("Page views / visits"),
    bounceRate: share("Visits with one page view and no event or goal / visits"),
    visitDuration: number("Mean time from first to last activity, in ms; bounces count as 0"),
  }),
  SummaryAnswer: object<SummaryAnswer>({
    asOf,
    period,
    numbers: named<SixNumbers>("SixNumbers"),
    imported,
    comparison: optional(
      object<NonNullable<SummaryAnswer["comparison"]>>(
        { period, numbers: named<SixNumbers>("SixNumbers"), imported },
        "The days that it is compared with; absent with compare=none",
      ),
    ),
    current: count("Distinct visitors with an event in the last five minutes"),
  }),
  SeriesAnswer: object<SeriesAnswer>({
    asOf,
    period,
    metric: metrics,
    interval: choice({ hour: true, day: true }),
    imported,
    points,
    comparison: optional(
      object<NonNullable<SeriesAnswer["comparison"]>>(
        { period, points, imported },
        "The days that it is compared with, in their order; an hour stands beside that of the same time on the same day of the order",
      ),
    ),
  }),
  BreakdownRow: object<BreakdownRow>({
    value: string(),
    visitors: count(),
    visits: count(),
    pageViews: count("Views of the page for `page`, occurrences for `event`"),
    bounceRate: share(),
    visitDuration: number("In ms"),
  }),
  BreakdownAnswer: object<BreakdownAnswer>({
    asOf,
    period,
    dimension: dimensions,
    imported,
    rows: list(named<BreakdownRow>("BreakdownRow")),
    total: count("Distinct values in all"),
    folded,
    next,
  }),
  BotsAnswer: object<BotsAnswer>({
    asOf,
    period,
    rows: list(
      object<BotsAnswer["rows"][number]>({ class: botClasses, visitors: count(), visits: count(), pageViews: count() }),
      "Most visits first; none of them is in any other number",
    ),
  }),
  PagesAnswer: object<PagesAnswer>({
    asOf,
    period,
    pages: list(
      object<PagesAnswer["pages"][number]>({
        page: string("Normalised path"),
        title: string(),
        views: count(),
        clicks: count(),
      }),
    ),
    folded,
  }),
  DeliveryAnswer: object<DeliveryAnswer>({
    asOf,
    period,
    tabs: count("Tabs seen"),
    open: count("Tabs that never said that nothing follows"),
    received: count("Batches stored"),
    duplicates: count("Copies that were absorbed"),
    pending: count("Missing batches that may still come: gaps younger than 14 days"),
    lost: count("Batches that will not come any more"),
    dropped: map(count(), "Events that browsers dropped, by reason"),
    gone: map(count(), "Batches that browsers discarded, by reason"),
    rate: nullable(share("Share of what is known to have been produced; an upper bound while tabs are open")),
  }),
  SitesAnswer: object<SitesAnswer>({
    sites: list(
      object<SitesAnswer["sites"][number]>({
        id: string(),
        name: string(),
        timeZone: string("IANA time zone"),
        demo: flag("Its visits were generated"),
      }),
    ),
  }),
};
