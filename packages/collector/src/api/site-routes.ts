import type { Dimension, HeatKind, Metric, WidthClass } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import type { AnswerTexts, Range, SiteQuery } from "../store/store.js";
import { queryShapes } from "./query/parameters.js";
import type { QueryShape, QueryValues } from "./query/read-query.js";

/** A question about one site, at `/v1/sites/:id/<name>`. */
export interface SiteRoute {
  readonly name: string;
  readonly summary: string;
  readonly shape: QueryShape;
  /** The named schema of its answer. */
  readonly answer: string;
  run(queries: AnswerTexts, query: SiteQuery, values: QueryValues): Promise<string>;
}

const cursorOf = ({ cursor }: QueryValues): string | null => (cursor === undefined ? null : String(cursor));

function bucketOf({ bucket }: QueryValues): WidthClass | "common" | null {
  if (bucket === "common" || bucket === undefined) return bucket ?? null;
  return Number(bucket) as WidthClass;
}

/** Every question about a site, in the order of the documentation. */
export const siteRoutes: readonly SiteRoute[] = [
  {
    name: "summary",
    summary: "The six numbers, beside those of the period before",
    shape: queryShapes.summary,
    answer: "SummaryAnswer",
    run: (queries, query) => queries.summary(query),
  },
  {
    name: "series",
    summary: "One number over time, without gaps",
    shape: queryShapes.series,
    answer: "SeriesAnswer",
    run: (queries, query, values) =>
      queries.series({ ...query, metric: values.metric as Metric, interval: intervalOf(values, query.range) }),
  },
  {
    name: "breakdown",
    summary: "The numbers by each value of a dimension",
    shape: queryShapes.breakdown,
    answer: "BreakdownAnswer",
    run: (queries, query, values) =>
      queries.breakdown({
        ...query,
        dimension: values.dimension as Dimension,
        search: String(values.search),
        sort: values.sort as "visitors" | "visits" | "pageViews",
        limit: Number(values.limit),
        cursor: cursorOf(values),
      }),
  },
  {
    name: "pages",
    summary: "Pages seen in the period, for choosing one",
    shape: queryShapes.pages,
    answer: "PagesAnswer",
    run: (queries, query, values) => queries.pages({ ...query, limit: Number(values.limit) }),
  },
  {
    name: "heatmap",
    summary: "Where a page was pressed, pointed at, read",
    shape: queryShapes.heatmap,
    answer: "HeatmapAnswer",
    run: (queries, query, values) =>
      queries.heatmap({
        ...query,
        page: String(values.page),
        kind: values.kind as HeatKind,
        bucket: bucketOf(values),
      }),
  },
  {
    name: "sessions",
    summary: "Visits, newest first",
    shape: queryShapes.sessions,
    answer: "SessionsAnswer",
    run: (queries, query, values) =>
      queries.sessions({ ...query, limit: Number(values.limit), cursor: cursorOf(values) }),
  },
  {
    name: "delivery",
    summary: "How much of what browsers recorded has arrived",
    shape: queryShapes.delivery,
    answer: "DeliveryAnswer",
    run: (queries, { site, range, now }) => queries.delivery({ site, range, now }),
  },
  {
    name: "snapshots",
    summary: "Pages that a visitor's browser brought a picture of, without the picture",
    shape: queryShapes.snapshots,
    answer: "SnapshotsAnswer",
    run: (queries, { site }, { page, bucket }) =>
      queries.snapshots({
        site,
        page: page === undefined ? null : String(page),
        bucket: bucket === undefined ? null : (Number(bucket) as WidthClass),
      }),
  },
];

const hourlyDays = 31;

function intervalOf({ interval }: QueryValues, { from, to }: Range): "hour" | "day" {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  if (interval === undefined) return days === 1 ? "hour" : "day";
  if (interval === "hour" && days > hourlyDays) {
    const message = `interval: hours are drawn for ${hourlyDays} days at most`;
    throw new CollectorError("query_invalid", message, { details: [{ path: "interval", message }] });
  }
  return interval === "hour" ? "hour" : "day";
}
