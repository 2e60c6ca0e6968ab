import type { Dimension, HeatKind, Metric, WidthClass } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import type { Range } from "../store/queries.js";
import { behaviourQuestions } from "./behaviour-questions.js";
import { comparedWith } from "./query/compare.js";
import { queryShapes } from "./query/parameters.js";
import { daysIn } from "./query/range.js";
import type { QueryValues } from "./query/read-query.js";
import { cursorOf, type SiteQuestion } from "./site-question.js";

function bucketOf({ bucket }: QueryValues): WidthClass | "common" | null {
  if (bucket === "common" || bucket === undefined) return bucket ?? null;
  return Number(bucket) as WidthClass;
}

/** Every question about a site, in the order of the documentation. */
export const siteQuestions: readonly SiteQuestion[] = [
  {
    name: "summary",
    summary: "The six numbers, beside those of other days",
    shape: queryShapes.summary,
    answer: "SummaryAnswer",
    run: (queries, query, values) => queries.summary({ ...query, ...compareOf(values, query.range) }),
  },
  {
    name: "series",
    summary: "One number over time, without gaps",
    shape: queryShapes.series,
    answer: "SeriesAnswer",
    run: (queries, query, values) =>
      queries.series({
        ...query,
        ...compareOf(values, query.range),
        metric: values.metric as Metric,
        interval: intervalOf(values, query.range),
      }),
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
    name: "bots",
    summary: "The machines by class, which no other number holds",
    shape: queryShapes.bots,
    answer: "BotsAnswer",
    run: (queries, query) => queries.bots(query),
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
        ...compareOf(values, query.range),
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
    scope: "visitors",
    run: (queries, query, values) =>
      queries.sessions({ ...query, limit: Number(values.limit), cursor: cursorOf(values) }),
  },
  ...behaviourQuestions,
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

function compareOf(values: QueryValues, range: Range): { readonly compare?: Range } {
  const compare = comparedWith(values, range);
  return compare === null ? {} : { compare };
}

function intervalOf(values: QueryValues, range: Range): "hour" | "day" {
  const { interval } = values;
  const days = daysIn(range);
  if (interval === undefined) return days === 1 ? "hour" : "day";
  const compared = comparedWith(values, range);
  if (interval === "hour" && Math.max(days, compared === null ? 0 : daysIn(compared)) > hourlyDays) {
    const message = `interval: hours are drawn for ${hourlyDays} days at most`;
    throw new CollectorError("query_invalid", message, { details: [{ path: "interval", message }] });
  }
  return interval === "hour" ? "hour" : "day";
}
