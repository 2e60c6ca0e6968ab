import type { Connection } from "../sql/connection.js";

/** What a projection reads by one of several indexes. */
const tables = ["raw", "page_views", "sessions", "visitors", "links"];

/**
 * Has PostgreSQL count its tables where it knows of fewer batches than these. It counts them by itself about once a minute
 * (https://www.postgresql.org/docs/15/routine-vacuuming.html#VACUUM-FOR-STATISTICS); until then it takes a site's number for
 * selective, and reads all days of a site for each batch.
 */
export function analyze(connection: Connection, batches: number): void {
  const behind = connection.get<{ n: number }>(
    "SELECT 1 AS n FROM pg_class WHERE oid = to_regclass('raw') AND reltuples < ?",
    batches,
  );
  // Not as a script: those may take as long as they like, and this one keeps the writer waiting.
  if (behind) connection.run(`ANALYZE ${tables.join(", ")}`);
}
