import { type ServerStoreOptions, serverStore } from "../sql/server-store.js";
import type { Store } from "../store.js";
import { mysqlDatabase } from "./database.js";

/** A store in a MariaDB or MySQL database; several collectors may share it. */
export interface MysqlStoreOptions extends ServerStoreOptions {
  /** As `mysql://user:password@host:3306/database`; its query may hold `ssl-mode`, `ssl-ca`, `ssl-cert` and `ssl-key` and options of mysql2. */
  readonly url: string;
}

/**
 * Opens a store in a MariaDB or MySQL database; `migrate` it before anything else. Throws `options_invalid` where one of `places`
 * cannot be read.
 */
export function mysqlStore(options: MysqlStoreOptions): Store {
  return serverStore({ body: new URL("./thread.js", import.meta.url), database: mysqlDatabase }, options);
}
