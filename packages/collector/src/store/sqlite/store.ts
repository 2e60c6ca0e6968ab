import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { placeFiles } from "../../enrich/place-files.js";
import { queriesOf } from "../answer-texts.js";
import type { AnswerTexts, Store } from "../store.js";
import { localEngine, threadedEngine } from "./engine.js";
import { bundle } from "./record-bundle.js";

/** A store in one SQLite file. */
export interface SqliteStoreOptions {
  /** The database; it and its folder are created when they are missing. Two more files lie beside it while it is open. */
  readonly file: string;
  /** Threads that answer queries. @default 2 */
  readonly readers?: number;
  /** Milliseconds that a query may take, waiting included. @default 15000 */
  readonly deadline?: number;
  /** Milliseconds after a write until the rows of changed days are derived again. @default 5000 */
  readonly settle?: number;
  /** Whether threads do the work; without them it blocks the caller, as tests and scripts may want. @default true */
  readonly threads?: boolean;
  /**
   * Files in MaxMind's format (mmdb) that say where networks are and whose: country, region, city, time zone, autonomous
   * system, kind of network. The first that knows a thing is believed. They are read once, whole, into memory. @default []
   */
  readonly places?: readonly string[];
}

/**
 * Opens a store in one SQLite file; `migrate` it before anything else. Rejects with `options_invalid` where one of `places`
 * cannot be read.
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, readers = 2, deadline = 15_000, settle = 5_000, threads = true, places = [] } = options;
  await mkdir(dirname(file), { recursive: true });
  // Once here, where who wrote the options can be told, and again where they are needed.
  placeFiles(places);
  const engine = threads ? threadedEngine(file, { readers, deadline, places }) : localEngine(file, places);
  const { write, read } = engine;
  let timer: NodeJS.Timeout | null = null;

  const texts: AnswerTexts = {
    summary: (query) => read("summary", query),
    series: (query) => read("series", query),
    breakdown: (query) => read("breakdown", query),
    pages: (query) => read("pages", query),
    heatmap: (query) => read("heatmap", query),
    sessions: (query) => read("sessions", query),
    session: (query) => read("session", query),
    delivery: (query) => read("delivery", query),
    snapshots: (query) => read("snapshots", query),
    snapshot: (query) => read("snapshot", query),
    heatRows: (query) => read("heatRows", query),
    heatPicture: (query) => read("heatPicture", query),
    heatSessions: (query) => read("heatSessions", query),
    heatSession: (query) => read("heatSession", query),
  };

  const settleDays = async (): Promise<void> => {
    try {
      while (await write("renewDay"));
    } catch {
      // The days stay dirty, which costs speed and nothing else; the next write tries again.
    }
  };

  return {
    migrate: () => write("migrate"),
    registry: () => write("registry"),
    putSite: (site) => write("putSite", site),
    putKey: (key) => write("putKey", key),
    salts: (wanted, now) => write("salts", wanted, now),
    cursor: (journal) => write("cursor", journal),
    async project({ records, ...run }) {
      const report = await write("project", run, bundle(records));
      timer ??= setTimeout(() => {
        timer = null;
        void settleDays();
      }, settle).unref();
      return report;
    },
    heldSnapshots: () => write("heldSnapshots"),
    // Bytes on their way to a thread are gone here.
    putSnapshot: (snapshot, bounds, tree) => write("putSnapshot", snapshot, bounds, Uint8Array.from(tree)),
    queries: queriesOf(texts),
    texts,
    ping: () => write("ping"),
    async close() {
      if (timer) clearTimeout(timer);
      await engine.close();
    },
  };
}
