import { type ServerStoreOptions, serverStore } from "../sql/server-store.js";
import type { Store } from "../store.js";
import { postgresDatabase } from "./database.js";

/** A store in a PostgreSQL database; several collectors may share it. */
export interface PostgresStoreOptions extends ServerStoreOptions {
  /** As `postgres://user:password@host:5432/database`; its query may hold libpq's words of TLS, as `sslmode=verify-full`, and options of node-postgres. */
  readonly url: string;
}

/**
 * Opens a store in a PostgreSQL database; `migrate` it before anything else. Throws `options_invalid` where one of `places`
 * cannot be read.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  return serverStore({ body: new URL("./thread.js", import.meta.url), database: postgresDatabase }, options);
}
