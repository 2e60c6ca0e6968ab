import type {
  BotClass,
  BotsAnswer,
  BreakdownAnswer,
  DeliveryAnswer,
  Dimension,
  ErrorsAnswer,
  EventsAnswer,
  Filter,
  FormsAnswer,
  FunnelAnswer,
  FunnelStep,
  GoalsAnswer,
  HeatKind,
  HeatmapAnswer,
  JourneysAnswer,
  Metric,
  NamedEventType,
  PagesAnswer,
  PropertiesAnswer,
  RealtimeAnswer,
  RetentionAnswer,
  SeriesAnswer,
  SessionAnswer,
  SessionsAnswer,
  SnapshotAnswer,
  SnapshotsAnswer,
  SummaryAnswer,
  VitalsAnswer,
  WidthClass,
} from "@isotherm/protocol";
import type { ExportPage, ExportQuery } from "./export.js";
import type {
  HeatPart,
  HeatPicture,
  HeatPictureQuery,
  HeatRowsAnswer,
  HeatSelection,
  HeatSessionAnswer,
  HeatSessionQuery,
  HeatSessionsAnswer,
  HeatSessionsQuery,
} from "./heat-collector.js";
import type { SnapshotQuery, SnapshotsQuery } from "./page-snapshots.js";
import type { AuditAnswer, AuditQuery, VisitorPart, VisitorQuery } from "./people.js";

/** Whole local days of the site, both ends included, as `2026-11-21`. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** What every query of a site takes. */
export interface SiteQuery {
  readonly site: string;
  readonly range: Range;
  /** All of them hold. */
  readonly filters: readonly Filter[];
  /** Asks about machines of one class, or of all classes, in the place of people. */
  readonly bots?: BotClass | "all";
  /** Clock of the question, in ms since 1970. */
  readonly now: number;
}

/** A question whose numbers may stand beside those of other days. */
export interface ComparedQuery extends SiteQuery {
  readonly compare?: Range;
}

/** Which part of a list. */
export interface Listing {
  /** Only what has this text in it, in any case of letters; empty for all. */
  readonly search: string;
  /** 1 to 1,000. */
  readonly limit: number;
  readonly cursor: string | null;
}

/** The number that comes first in lists of what happened. */
export type OccurrenceSort = "count" | "visits" | "visitors";

/** What people ask of the models. Unknown sites reject with `site_unknown`, unknown sessions with `session_unknown`. */
export interface Queries {
  summary(query: ComparedQuery): Promise<SummaryAnswer>;
  series(query: ComparedQuery & { readonly metric: Metric; readonly interval: "hour" | "day" }): Promise<SeriesAnswer>;
  breakdown(
    query: SiteQuery & {
      readonly dimension: Dimension;
      readonly search: string;
      readonly sort: "visitors" | "visits" | "pageViews";
      /** 1 to 1,000. */
      readonly limit: number;
      readonly cursor: string | null;
    },
  ): Promise<BreakdownAnswer>;
  bots(query: Omit<SiteQuery, "bots">): Promise<BotsAnswer>;
  pages(query: SiteQuery & { readonly limit: number }): Promise<PagesAnswer>;
  heatmap(
    query: ComparedQuery & {
      readonly page: string;
      readonly kind: HeatKind;
      /** `common` is the width class with the most page views, the narrower of two; null adds all classes up. */
      readonly bucket: WidthClass | "common" | null;
    },
  ): Promise<HeatmapAnswer>;
  sessions(query: SiteQuery & { readonly limit: number; readonly cursor: string | null }): Promise<SessionsAnswer>;
  session(query: { readonly id: string }): Promise<SessionAnswer & { readonly site: string }>;
  events(
    query: SiteQuery & Listing & { readonly type: NamedEventType | null; readonly sort: OccurrenceSort },
  ): Promise<EventsAnswer>;
  /** Null for events of every name, and for the keys in the place of one key's values. */
  properties(
    query: SiteQuery &
      Listing & { readonly event: string | null; readonly key: string | null; readonly sort: OccurrenceSort },
  ): Promise<PropertiesAnswer>;
  goals(query: SiteQuery & Listing & { readonly sort: "conversions" | "visitors" }): Promise<GoalsAnswer>;
  /** 1 to 30 steps; the window is in days. */
  funnel(query: SiteQuery & { readonly steps: readonly FunnelStep[]; readonly window: number }): Promise<FunnelAnswer>;
  retention(query: SiteQuery & { readonly interval: "day" | "week" | "month" }): Promise<RetentionAnswer>;
  /** At most `limit` pages in each direction. */
  journeys(query: SiteQuery & { readonly page: string; readonly limit: number }): Promise<JourneysAnswer>;
  vitals(query: SiteQuery & Listing): Promise<VitalsAnswer>;
  errors(query: SiteQuery & Listing & { readonly sort: OccurrenceSort | "last" }): Promise<ErrorsAnswer>;
  /** One page alone, or those that `search` finds where it is null. */
  forms(query: SiteQuery & Listing & { readonly page: string | null }): Promise<FormsAnswer>;
  realtime(query: Omit<SiteQuery, "range" | "bots">): Promise<RealtimeAnswer>;
  delivery(query: Omit<SiteQuery, "filters">): Promise<DeliveryAnswer>;
  snapshots(query: SnapshotsQuery): Promise<SnapshotsAnswer>;
  /** Rejects with `snapshot_unknown` where the site has none of this name. */
  snapshot(query: SnapshotQuery): Promise<SnapshotAnswer>;
  /** A page of an export: whoever wants all asks for one after the other. */
  exportPage(query: ExportQuery): Promise<ExportPage>;
  /** What heat-collector's routes ask. */
  heatRows(query: HeatSelection & HeatPart): Promise<HeatRowsAnswer>;
  heatPicture(query: HeatPictureQuery): Promise<HeatPicture>;
  heatSessions(query: HeatSessionsQuery): Promise<HeatSessionsAnswer>;
  heatSession(query: HeatSessionQuery): Promise<HeatSessionAnswer>;
  visitor(query: VisitorQuery): Promise<VisitorPart>;
  audit(query: AuditQuery): Promise<AuditAnswer>;
}

/** The same questions, answered in JSON, in which `asOf` comes first: what is only passed on need not be read. */
export type AnswerTexts = {
  readonly [query in keyof Queries]: (query: Parameters<Queries[query]>[0]) => Promise<string>;
};
