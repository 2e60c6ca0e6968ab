import type { Store } from "../store.js";
import { type SqlPlace, type SqlStoreOptions, sqlStore, usualDeadline } from "./sql-store.js";

/** What every store in a database on a server takes. */
export interface ServerStoreOptions extends SqlStoreOptions {
  /** Where the database is; it is connected to when it is first asked, and again after the connection was cut off. */
  readonly url: string;
  /** A replica that answers queries, in the same form. @default url */
  readonly readUrl?: string;
  /** Milliseconds that a statement may take before the connection is taken for lost, and made anew. @default 120000 */
  readonly patience?: number;
}

/** Where a database on a server is. */
export interface ServerPlace {
  readonly url: string;
  /** Where queries go. */
  readonly readUrl: string;
  /** Milliseconds after which the server ends a query. */
  readonly deadline: number;
  /** Milliseconds after which a server that says nothing is taken for lost. */
  readonly patience: number;
}

/** Opens a store in a database on a server. Throws as `sqlStore` does. */
export function serverStore(kind: Omit<SqlPlace<ServerPlace>, "place">, options: ServerStoreOptions): Store {
  const { url, readUrl = url, deadline = usualDeadline, patience = 120_000 } = options;
  return sqlStore({ ...kind, place: { url, readUrl, deadline, patience } }, options);
}
