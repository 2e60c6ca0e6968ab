import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { placeFiles } from "../../enrich/place-files.js";
import { localEngine, threadedEngine } from "../sql/engine.js";
import { sqlStore } from "../sql/sql-store.js";
import type { Store } from "../store.js";
import { sqliteDatabase } from "./database.js";

/** Where a database in SQLite is. */
export interface SqlitePlace {
  readonly file: string;
}

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
  const engine = threads
    ? threadedEngine({ body: new URL("./thread.js", import.meta.url), place: { file }, readers, deadline, places })
    : localEngine(sqliteDatabase(file), places);
  return sqlStore(engine, settle);
}
