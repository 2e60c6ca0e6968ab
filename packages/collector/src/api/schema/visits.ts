import {
  type HeatElement,
  type HeatKind,
  type HeatmapAnswer,
  type HeatmapPicture,
  type SessionAnswer,
  type SessionRow,
  type SessionsAnswer,
  type SnapshotAnswer,
  type SnapshotEntry,
  type SnapshotsAnswer,
  type TimelineEntry,
  type WidthClass,
  widthClasses,
} from "@isotherm/protocol";
import { asOf, next, period } from "./numbers.js";
import {
  anything,
  choice,
  count,
  flag,
  list,
  map,
  named,
  nullable,
  number,
  object,
  optional,
  type Schema,
  share,
  string,
  time,
  triple,
} from "./schema.js";

/** What a heatmap can show. */
export const heatKinds: Schema<HeatKind> = choice<HeatKind>({
  click: true,
  rage: true,
  dead: true,
  move: true,
  scroll: true,
  attention: true,
});

/** Lower edges of the width classes. */
export const buckets: Schema<WidthClass> = {
  type: "integer",
  enum: [...widthClasses],
  description: "Lower edge of the viewports' width class, in CSS pixels",
};

const picture = {
  period,
  page: string(),
  kind: heatKinds,
  bucket: nullable(buckets),
  widths: list(
    object<HeatmapPicture["widths"][number]>({ bucket: buckets, views: count() }),
    "Page views of every width class that has any, narrowest first",
  ),
  views: count("Page views that the picture rests on"),
  sample: optional(
    share("Share of visits that were read, where a filter chooses among very many batches; cells and counts are of it"),
  ),
  count: count("Presses, samples of trails, or page views with a depth that are drawn"),
  size: object<HeatmapPicture["size"]>(
    { width: number(), height: number(), fold: number("Height of the viewport") },
    "Medians over those page views, in CSS pixels",
  ),
  cells: list(triple("[column, row, count]: 128 columns over the width, rows of 16 px")),
  fixedCells: list(triple("The same for elements that do not scroll")),
  elements: list(named<HeatElement>("HeatElement"), "Most pressed first"),
  bands: list(number(), "scroll: shares that reached each per cent of the height; attention: ms per 100 px"),
};

/** Heat, visits and their timelines, by the name that they have in the OpenAPI document. */
export const visitSchemas: { readonly [name: string]: object } = {
  HeatElement: object<HeatElement>({
    anchor: string("How the element is recognised again: strict and loose anchor, parted by a space"),
    count: count(),
    rage: count(),
    dead: count(),
    cells: list(triple("[x, y, count], in 1/64 of the element's box")),
    at: list(triple("[column, row, count] on the page's grid; relative to the viewport where fixed")),
    fixed: flag(),
  }),
  HeatmapAnswer: object<HeatmapAnswer>({
    asOf,
    ...picture,
    comparison: optional(
      object<HeatmapPicture>(picture, "The same over the days that it is compared with; absent with compare=none"),
    ),
  }),
  SnapshotEntry: object<SnapshotEntry>({
    ref: string("Its name"),
    page: string(),
    bucket: buckets,
    layout: string("Version of the page's layout"),
    at: time("When it was received"),
    origin: string("Of the page: scheme, host and port"),
    vw: number("Viewport and document when it was taken, in CSS pixels"),
    vh: number(),
    dw: number(),
    dh: number(),
    bytes: count("What it takes in the store"),
  }),
  SnapshotsAnswer: object<SnapshotsAnswer>({
    snapshots: list(named<SnapshotEntry>("SnapshotEntry"), "Newest first"),
  }),
  SnapshotAnswer: object<SnapshotAnswer>({
    snapshot: named<SnapshotEntry>("SnapshotEntry"),
    tree: anything as Schema<SnapshotAnswer["tree"]>,
  }),
  SessionRow: object<SessionRow>({
    id: string(),
    visitor: string(),
    user: nullable(string("As `identify` named the visitor")),
    start: time("First activity"),
    end: time("Last activity"),
    duration: number("In ms"),
    engaged: number("In ms"),
    pageViews: count(),
    clicks: count(),
    events: count(),
    bounce: flag(),
    entry: string(),
    exit: string(),
    source: string(),
    channel: string(),
    device: string(),
    browser: string(),
    system: string(),
    country: nullable(string("ISO 3166-1 alpha-2")),
  }),
  SessionsAnswer: object<SessionsAnswer>({
    asOf,
    period,
    sessions: list(named<SessionRow>("SessionRow"), "Newest first"),
    next,
  }),
  SessionAnswer: object<SessionAnswer>({
    asOf,
    session: named<SessionRow>("SessionRow"),
    pageViews: list(
      object<SessionAnswer["pageViews"][number]>({
        id: string(),
        page: string(),
        title: string(),
        at: time(),
        engaged: number("In ms"),
        depth: nullable(number("Deepest scroll, per mille of the document's height")),
      }),
    ),
    timeline: list(
      object<TimelineEntry>({
        at: time("Corrected for the client's clock"),
        page: string(),
        type: string("The event's type"),
        detail: map(anything, "The event's own fields, as sent, without trails"),
      }),
    ),
  }),
};
