import type { Position } from "@isotherm/journal";
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
  Gone,
  HeatKind,
  HeatmapAnswer,
  JourneysAnswer,
  Metric,
  NamedEventType,
  PagesAnswer,
  PropertiesAnswer,
  RealtimeAnswer,
  RetentionAnswer,
  Salt,
  SealedBatch,
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
import type { ImportedPart, ImportedPartReport } from "./imported.js";
import type { HeldSnapshot, NewSnapshot, SnapshotBounds, SnapshotQuery, SnapshotsQuery } from "./page-snapshots.js";
import type {
  AuditAnswer,
  AuditEntry,
  AuditQuery,
  Erasure,
  ErasureOrder,
  Member,
  Organisation,
  VisitorPart,
  VisitorQuery,
} from "./people.js";
import type { Registry, Site, StoredKey } from "./sites.js";

export type { Filter } from "@isotherm/protocol";
export type { HeldSnapshot, NewSnapshot, SnapshotBounds, SnapshotQuery, SnapshotsQuery } from "./page-snapshots.js";
export type { KeyKind, Registry, Site, StoredKey } from "./sites.js";

/** A step of the schema that is still to be run. */
export interface PendingStep {
  readonly version: number;
  readonly name: string;
  /** Its statements, without semicolons at their ends where they are one each. */
  readonly statements: readonly string[];
}

/** A batch on its way from the journal into the models. */
export interface ArrivedBatch {
  readonly site: string;
  readonly batch: SealedBatch;
  /** When the collector acknowledged it, in ms since 1970. */
  readonly receivedAt: number;
}

/** Discards that a client reported. */
export interface ArrivedGone {
  readonly site: string;
  readonly gone: readonly Gone[];
  readonly receivedAt: number;
}

/** A run of the journal, projected as one. */
export interface Chunk {
  /** Which journal: several collectors may share a store. */
  readonly journal: string;
  /** The cursor before, for compare-and-set, and after. */
  readonly from: Position;
  readonly to: Position;
  /** As the journal holds them. */
  readonly records: readonly Uint8Array[];
}

/** What projecting a chunk did. */
export interface ProjectReport {
  readonly stored: number;
  readonly duplicates: number;
  /** Stored batches of which something could not be enriched, and so is unknown, by what it was. */
  readonly failed?: { readonly [part: string]: number };
  /** Records that no one can read: skipped. */
  readonly unreadable: number;
  /** Batches of visitors that were erased, and of days that are no longer kept: skipped. */
  readonly erased?: number;
  readonly expired?: number;
}

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

/** Models that can be derived again from raw. */
export type RebuildModel = "heat" | "sessions" | "days";

/** A part of that work. */
export interface RebuildStep {
  /** How far it is within its stage. */
  readonly done: number;
  readonly total: number;
  /** With what to go on; null when all is done. */
  readonly next: readonly number[] | null;
}

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
    query: SiteQuery & {
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

/**
 * Where a collector keeps what it knows. The one invariant: raw is unique by batch id, everything else can be derived
 * again from it. Transactions only make it faster; a store without them keeps the same promises.
 */
export interface Store {
  /** Brings the schema up to this code. Refuses, with `schema_ahead`, a schema that is newer than the code. */
  migrate(): Promise<void>;
  /** What `migrate` would run, in the database's own words, oldest first; changes nothing. Refuses what `migrate` refuses. */
  pendingSteps(): Promise<readonly PendingStep[]>;

  registry(): Promise<Registry>;
  /** Creates a site or replaces the one of this id. */
  putSite(site: Site): Promise<void>;
  /** Creates a key or replaces the one of this id, and notes for the audit who did so: the id of a key, `admin` or `command`. */
  putKey(key: StoredKey, actor?: string): Promise<void>;
  /** Creates an organisation or replaces the one of this id. */
  putOrganisation(organisation: Organisation): Promise<void>;
  /** Creates a member or replaces the one of this id, and notes who did so. */
  putMember(member: Member, actor?: string): Promise<void>;
  /**
   * Salts that are not past keeping (48 h after their day began), after creating those that `wanted` names and that do
   * not exist: of two callers at once both get the same secret. Salts past keeping are deleted for good.
   */
  salts(wanted: readonly Salt[], now: number): Promise<readonly Salt[]>;

  /** How far this journal has been projected; 0 for one never seen. */
  cursor(journal: string): Promise<Position>;
  /**
   * Appends to raw what is not there yet, derives again all that it touches, and moves the cursor last, by
   * compare-and-set: `cursor_moved` rejects when it is not at `from`. Running a chunk again, wholly or in part, changes
   * nothing but the count of duplicates. `store_unavailable` rejects where the fault is the store's, as a full disk: whoever
   * projects then tries again for as long as it takes, while after any other error a record may be to blame.
   */
  project(chunk: Chunk): Promise<ProjectReport>;

  /** All that are stored, of every site. */
  heldSnapshots(): Promise<readonly HeldSnapshot[]>;
  /**
   * Stores a snapshot, whose tree is JSON under gzip, in the place of the one of the same page, width class and layout, and
   * keeps its site within the bounds. `site_unknown` rejects for a site that is not there.
   */
  putSnapshot(snapshot: NewSnapshot, bounds: SnapshotBounds, tree: Uint8Array): Promise<void>;

  /**
   * Stores what another tool counted, beside what is derived: summaries, series by day and breakdowns without a filter add it
   * up. Rows of days from the site's first visit on are left out. `site_unknown` rejects for a site that is not there.
   */
  putImported(part: ImportedPart): Promise<ImportedPartReport>;

  /**
   * Derives a model again from raw, in short transactions, so that others may read and write meanwhile, other processes
   * too; what they write is derived as ever. What raw no longer tells of stays as it is. Ended halfway, it leaves nothing
   * broken, and may begin anew. `onProgress` hears of each stage how much of it is done.
   */
  rebuild(model: RebuildModel, onProgress?: (done: number, total: number) => void): Promise<void>;

  /**
   * Orders an erasure. From when it resolves on, `project` skips what happened to these visitors up to `until`; what is
   * stored of them goes with the next sweeps. `site_unknown` rejects for a site that is not there.
   */
  erase(order: ErasureOrder): Promise<Erasure>;
  /**
   * One small step of deleting what is not to be kept: what erasures ask for, what a site's retention no longer covers,
   * texts and names that nothing refers to any more. True while there is more to do; false where nothing is left of what
   * was deleted, not even overwritten pages, or where that has to be tried again later.
   */
  sweep(now: number): Promise<boolean>;
  /** Keeps a deed for the audit, durably. */
  note(entry: AuditEntry): Promise<void>;

  readonly queries: Queries;
  readonly texts: AnswerTexts;

  /** One cheap read; rejects when the store is away. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
