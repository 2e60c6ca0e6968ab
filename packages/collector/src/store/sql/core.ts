import { enricher } from "../../enrich/enrich.js";
import { placeFiles } from "../../enrich/place-files.js";
import { sortArrivals } from "../../project/arrivals.js";
import type { ImportedPart, ImportedPartReport } from "../imported.js";
import type { HeldSnapshot, NewSnapshot, SnapshotBounds, SnapshotQuery } from "../page-snapshots.js";
import type { AuditEntry, Erasure, ErasureOrder, Member, Organisation } from "../people.js";
import type { Queries } from "../queries.js";
import type { Registry, Rotation, Site, StoredKey } from "../sites.js";
import type { FoldedValues, PendingStep, ProjectReport, RebuildModel, RebuildStep } from "../store.js";
import { catchUp } from "./backlog.js";
import type { Database } from "./database.js";
import { foldedValues } from "./folded-values.js";
import { putImported } from "./imported-days.js";
import { migrate, pendingSteps } from "./migrate.js";
import { addOrganisation, putMember } from "./organisations.js";
import { usualMostValues } from "./other.js";
import { noteAudit } from "./privacy/audit.js";
import { orderErasure } from "./privacy/erase.js";
import { sweeper } from "./privacy/sweep.js";
import { project, type Run, readCursor } from "./project.js";
import { audit } from "./query/audit.js";
import { bots } from "./query/bots.js";
import { breakdown } from "./query/breakdown.js";
import { delivery } from "./query/delivery.js";
import { errors } from "./query/errors.js";
import { events } from "./query/events.js";
import { exportPage } from "./query/export/export.js";
import { forms } from "./query/forms.js";
import { funnel } from "./query/funnel.js";
import { goals } from "./query/goals.js";
import { type MostBatches, mostBatches } from "./query/heat-bytes.js";
import { heatPicture } from "./query/heat-collector/picture.js";
import { heatRows } from "./query/heat-collector/rows.js";
import { heatSession, heatSessions } from "./query/heat-collector/sessions.js";
import { type HeatQuery, heatmap, heatmapText } from "./query/heatmap.js";
import { journeys } from "./query/journeys.js";
import { pages } from "./query/pages.js";
import { properties } from "./query/properties.js";
import { realtime } from "./query/realtime.js";
import { remembered } from "./query/remembered.js";
import { retention } from "./query/retention.js";
import type { Reader } from "./query/scope.js";
import { series } from "./query/series.js";
import { session } from "./query/session.js";
import { sessions } from "./query/sessions.js";
import { snapshot, snapshots, snapshotText } from "./query/snapshots.js";
import { summary } from "./query/summary.js";
import { visitorPart } from "./query/visitor.js";
import { vitals } from "./query/vitals.js";
import { rebuild } from "./rebuild.js";
import { unbundle } from "./record-bundle.js";
import { addSite, putKey, putSite, readRegistry, rotateKey } from "./registry.js";
import { renewSalts } from "./salts.js";
import { daySettler, type Settling } from "./settle-days.js";
import { heldSnapshots, putSnapshot } from "./snapshots.js";
import { statistics } from "./statistics.js";
import { writer } from "./writer.js";

/** The functions that only the one writer runs; `project` yields wherever others may have a turn. */
export interface WriteCore {
  migrate(): void;
  product(): string;
  /** What `migrate` would run. */
  pendingSteps(): readonly PendingStep[];
  registry(): Registry;
  putSite(site: Site): void;
  addSite(site: Site, actor: string): boolean;
  putKey(key: StoredKey, actor: string): void;
  rotateKey(rotation: Rotation, actor: string): boolean;
  addOrganisation(organisation: Organisation, actor: string): boolean;
  putMember(member: Member, actor: string): void;
  salts(...args: [wanted: Parameters<typeof renewSalts>[1], now: number]): ReturnType<typeof renewSalts>;
  cursor(journal: string): number;
  project(run: Run, records: Uint8Array): Generator<void, ProjectReport>;
  heldSnapshots(): readonly HeldSnapshot[];
  putSnapshot(snapshot: NewSnapshot, bounds: SnapshotBounds, tree: Uint8Array): void;
  putImported(part: ImportedPart): ImportedPartReport;
  erase(order: ErasureOrder): Erasure;
  sweep(now: number): boolean;
  note(entry: AuditEntry): void;
  /** Derives a dirty day again that nobody writes to any more, or that was dirty for long. */
  settleDays(): Settling;
  /** Reads some of what an older program stored for what it did not look for; false when nothing is left. */
  catchUp(): boolean;
  /** Derives a part of a model again, from where the part before said. */
  rebuild(model: RebuildModel, at: RebuildStep["next"]): RebuildStep;
  folded(): readonly FoldedValues[];
  ping(): void;
  close(): void;
}

/** The functions that any number of readers run beside the writer. */
export type ReadCore = {
  readonly [query in keyof Queries]: (...args: Parameters<Queries[query]>) => Awaited<ReturnType<Queries[query]>>;
} & {
  /** Any of these answers in JSON. */
  text(name: keyof Queries, query: object): string;
  close(): void;
};

/**
 * The writing half of the store, on the calling thread; `places` are files that say where networks are, `mostValues` as many
 * values of a dimension as a site's day tells apart.
 */
export function writeCore(
  database: Database,
  clock: () => number = () => performance.now(),
  places: readonly string[] = [],
  mostValues: number = usualMostValues,
): WriteCore {
  const enrich = enricher({ look: placeFiles(places) });
  const connection = database.connect("write");
  const writing = writer(connection, enrich, mostValues);
  const sweeping = sweeper(writing);
  const planning = statistics(connection, database);
  /** Pages as they were before something was deleted may still lie in the log. */
  let stained = false;
  return {
    migrate: () => migrate(connection, database),
    product: () => database.product(connection),
    pendingSteps: () => pendingSteps(connection, database),
    registry: () => readRegistry(connection),
    putSite: (site) => putSite(writing, site),
    addSite: (site, actor) => addSite(connection, site, actor),
    putKey: (key, actor) => putKey(connection, key, actor),
    rotateKey: (rotation, actor) => rotateKey(connection, rotation, actor),
    addOrganisation: (organisation, actor) => addOrganisation(connection, organisation, actor),
    putMember: (member, actor) => putMember(connection, member, actor),
    salts: (wanted, now) => renewSalts(connection, wanted, now),
    cursor: (journal) => readCursor(connection, journal),
    *project(run, records) {
      planning.renew();
      const report = yield* project(writing, run, sortArrivals(unbundle(records)), clock);
      planning.add(report.stored);
      return report;
    },
    heldSnapshots: () => heldSnapshots(connection),
    putSnapshot: (given, bounds, tree) => putSnapshot(connection, given, bounds, tree),
    putImported: (part) => putImported(writing, part),
    erase: (order) => orderErasure(writing, order),
    sweep: (now) => {
      const state = sweeping.step(now);
      if (state === "clean") stained = true;
      if (state !== "more" && stained && connection.purge(swept)) {
        stained = false;
        sweeping.finish(now);
      }
      return state === "more";
    },
    note: (entry) => noteAudit(connection, entry),
    settleDays: daySettler(writing, clock),
    folded: () => foldedValues(connection),
    catchUp: () => catchUp(writing),
    rebuild: (model, at) => rebuild(writing, model, at),
    ping: () => {
      connection.get("SELECT 1 FROM cursors LIMIT 1");
    },
    close: () => connection.close(),
  };
}

/** Where rows go that are not to be kept. */
const swept: readonly string[] = [
  ...[
    "raw",
    "packed",
    "events",
    "event_properties",
    "inputs",
    "sessions",
    "page_views",
    "verdicts",
    "visitors",
    "links",
    "strings",
    "words",
  ],
  ...["profiles", "heat_parts", "days", "folded_values", "deliveries", "snapshots", "erasure_targets"],
];

/** What each reader may remember of unchanged days: enough for a month of ten million events. */
const rememberedBytes = 64_000_000;

/** The reading half of the store, on the calling thread: each query sees one snapshot. */
export function readCore(
  database: Database,
  most: MostBatches = mostBatches,
  mostValues: number = usualMostValues,
): ReadCore {
  const connection = database.connect("read");
  const reader: Reader = { connection, remembered: remembered(rememberedBytes), most, mostValues };
  let epoch = 0;
  const on =
    <Query, Answer>(read: (reader: Reader, query: Query) => Answer) =>
    (query: Query): Answer =>
      connection.read(() => {
        if (connection.epoch() !== epoch) reader.remembered.clear();
        epoch = connection.epoch();
        return read(reader, query);
      });
  const answers = {
    summary: on(summary),
    series: on(series),
    breakdown: on(breakdown),
    bots: on(bots),
    pages: on(pages),
    heatmap: on(heatmap),
    sessions: on(sessions),
    session: on(session),
    events: on(events),
    properties: on(properties),
    goals: on(goals),
    funnel: on(funnel),
    retention: on(retention),
    journeys: on(journeys),
    vitals: on(vitals),
    errors: on(errors),
    forms: on(forms),
    realtime: on(realtime),
    delivery: on(delivery),
    snapshots: on(snapshots),
    snapshot: on(snapshot),
    exportPage: on(exportPage),
    heatRows: on(heatRows),
    heatPicture: on(heatPicture),
    heatSessions: on(heatSessions),
    heatSession: on(heatSession),
    visitor: on(visitorPart),
    audit: on(audit),
  };
  const texts = { heatmap: on(heatmapText), snapshot: on(snapshotText) };
  return {
    ...answers,
    text(name, query) {
      if (name === "heatmap") return texts.heatmap(query as HeatQuery);
      if (name === "snapshot") return texts.snapshot(query as SnapshotQuery);
      const answer = answers[name] as (query: object) => object;
      return JSON.stringify(answer(query));
    },
    close: () => connection.close(),
  };
}
