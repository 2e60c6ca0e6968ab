import { placeFiles } from "../../enrich/place-files.js";
import { localEngine, threadedEngine } from "../sql/engine.js";
import { sqlStore } from "../sql/sql-store.js";
import type { Store } from "../store.js";
import { postgresDatabase } from "./database.js";
import type { PostgresPlace } from "./wire.js";

/** A store in a PostgreSQL database; several collectors may share it. */
export interface PostgresStoreOptions {
  /** As `postgres://user:password@host:5432/database`; what else it may say is in node-postgres's documentation. */
  readonly url: string;
  /** A replica that answers queries, in the same form. @default url */
  readonly readUrl?: string;
  /** Connections that answer queries, beside the one that writes. @default 2 */
  readonly readers?: number;
  /** Milliseconds that a query may take, waiting included. @default 15000 */
  readonly deadline?: number;
  /** Milliseconds that a statement may take before the connection is taken for lost, and made anew. @default 120000 */
  readonly patience?: number;
  /** Milliseconds after a write until the rows of changed days are derived again. @default 5000 */
  readonly settle?: number;
  /** Whether threads do the work; without them each call blocks the caller until the server has answered. @default true */
  readonly threads?: boolean;
  /** Files (mmdb) that say where networks are and whose, as for `sqliteStore`. @default [] */
  readonly places?: readonly string[];
}

/**
 * Opens a store in a PostgreSQL database; `migrate` it before anything else. It connects when it is first asked, and again
 * after it was cut off. Throws `options_invalid` where one of `places` cannot be read.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  const { url, readUrl = url, readers = 2, deadline = 15_000, settle = 5_000 } = options;
  const { patience = 120_000, threads = true, places = [] } = options;
  placeFiles(places);
  const place: PostgresPlace = { url, readUrl, deadline, patience };
  const body = new URL("./thread.js", import.meta.url);
  const engine = threads
    ? threadedEngine({ body, place, readers, deadline, places })
    : localEngine(postgresDatabase(place), places);
  return sqlStore(engine, settle);
}
