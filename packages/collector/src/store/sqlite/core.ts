import { CollectorError } from "../../collector-error.js";
import { enricher } from "../../enrich/enrich.js";
import { placeFiles } from "../../enrich/place-files.js";
import { sortArrivals } from "../../project/arrivals.js";
import type { Connection } from "../sql/connection.js";
import { renewDay } from "../sql/days.js";
import { project, type Run, readCursor } from "../sql/project.js";
import { breakdown } from "../sql/query/breakdown.js";
import { delivery } from "../sql/query/delivery.js";
import { type MostBatches, mostBatches } from "../sql/query/heat-bytes.js";
import { heatPicture } from "../sql/query/heat-collector/picture.js";
import { heatRows } from "../sql/query/heat-collector/rows.js";
import { heatSession, heatSessions } from "../sql/query/heat-collector/sessions.js";
import { type HeatQuery, heatmap, heatmapText } from "../sql/query/heatmap.js";
import { pages } from "../sql/query/pages.js";
import { remembered } from "../sql/query/remembered.js";
import type { Reader } from "../sql/query/scope.js";
import { series } from "../sql/query/series.js";
import { session } from "../sql/query/session.js";
import { sessions } from "../sql/query/sessions.js";
import { snapshot, snapshots, snapshotText } from "../sql/query/snapshots.js";
import { summary } from "../sql/query/summary.js";
import { putKey, putSite, readRegistry } from "../sql/registry.js";
import { renewSalts } from "../sql/salts.js";
import { heldSnapshots, putSnapshot } from "../sql/snapshots.js";
import { writer } from "../sql/writer.js";
import type {
  HeldSnapshot,
  NewSnapshot,
  ProjectReport,
  Queries,
  Registry,
  Site,
  SnapshotBounds,
  SnapshotQuery,
  StoredKey,
} from "../store.js";
import { connect } from "./connect.js";
import { migrate } from "./migrate.js";
import { unbundle } from "./record-bundle.js";

/** The functions that only the one writer runs; `project` yields wherever others may have a turn. */
export interface WriteCore {
  migrate(): void;
  registry(): Registry;
  putSite(site: Site): void;
  putKey(key: StoredKey): void;
  salts(...args: [wanted: Parameters<typeof renewSalts>[1], now: number]): ReturnType<typeof renewSalts>;
  cursor(journal: string): number;
  project(run: Run, records: Uint8Array): Generator<void, ProjectReport>;
  heldSnapshots(): readonly HeldSnapshot[];
  putSnapshot(snapshot: NewSnapshot, bounds: SnapshotBounds, tree: Uint8Array): void;
  /** Derives one dirty day again; false when none was left. */
  renewDay(): boolean;
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

/** The writing half of the store, on the calling thread; `places` are files that say where networks are. */
export function writeCore(
  file: string,
  clock: () => number = () => performance.now(),
  places: readonly string[] = [],
): WriteCore {
  const enrich = enricher({ look: placeFiles(places) });
  const connection = opened(file, "write");
  const writing = writer(connection, enrich);
  return {
    migrate: () => migrate(connection),
    registry: () => readRegistry(connection),
    putSite: (site) => putSite(connection, site),
    putKey: (key) => putKey(connection, key),
    salts: (wanted, now) => renewSalts(connection, wanted, now),
    cursor: (journal) => readCursor(connection, journal),
    project: (run, records) => project(writing, run, sortArrivals(unbundle(records)), clock),
    heldSnapshots: () => heldSnapshots(connection),
    putSnapshot: (given, bounds, tree) => putSnapshot(connection, given, bounds, tree),
    renewDay: () => renewDay(connection),
    ping: () => {
      connection.get("SELECT 1 FROM cursors LIMIT 1");
    },
    close: () => connection.close(),
  };
}

/** What each reader may remember of unchanged days: enough for a month of ten million events. */
const rememberedBytes = 64_000_000;

/** The reading half of the store, on the calling thread: each query sees one snapshot. */
export function readCore(file: string, most: MostBatches = mostBatches): ReadCore {
  const connection = opened(file, "read");
  const reader: Reader = { connection, remembered: remembered(rememberedBytes), most };
  const on =
    <Query, Answer>(read: (reader: Reader, query: Query) => Answer) =>
    (query: Query): Answer =>
      connection.read(() => read(reader, query));
  const answers = {
    summary: on(summary),
    series: on(series),
    breakdown: on(breakdown),
    pages: on(pages),
    heatmap: on(heatmap),
    sessions: on(sessions),
    session: on(session),
    delivery: on(delivery),
    snapshots: on(snapshots),
    snapshot: on(snapshot),
    heatRows: on(heatRows),
    heatPicture: on(heatPicture),
    heatSessions: on(heatSessions),
    heatSession: on(heatSession),
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

function opened(file: string, mode: "write" | "read"): Connection {
  try {
    return connect(file, mode);
  } catch (cause) {
    throw new CollectorError("store_unavailable", `the database ${file} cannot be opened`, { cause });
  }
}
