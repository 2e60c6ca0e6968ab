import { join } from "node:path";
import { postgresStore } from "@isotherm/collector/postgres";
// A connection that is kept: what another costs to open would be counted with the scan.
import { postgresDatabase } from "../../packages/collector/dist/store/postgres/database.js";
import { withPostgres } from "../http/postgres.mjs";

/** What no statement of these takes, in milliseconds. */
const patience = 120_000;

/** In bytes; what is stored beside a row is a table of its own, and counted with it. */
const sizes =
  "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC";

/**
 * Works with a PostgreSQL whose files are in the folder `out`; null where none is installed.
 *
 * @template Result
 * @param {string} out
 * @param {(place: import("./on-sqlite.mjs").Place) => Promise<Result>} work
 */
export function onPostgres(out, work) {
  return withPostgres(
    ({ url, version, query, cpu }) =>
      work({
        product: `PostgreSQL ${version}`,
        address: ["postgres", url],
        open: async (options) => postgresStore({ url, ...options }),
        dirtyDays: async () => Number(await query("SELECT count(*) FROM dirty_days")),
        // As its autovacuum does within minutes of any month's visits.
        filled: async () => void (await query("VACUUM (ANALYZE)")),
        cpu,
        async disk() {
          const lines = (await query(sizes)).split("\n").map((line) => line.split("|"));
          return lines.map(([name, bytes]) => ({ name, bytes: Number(bytes) }));
        },
        scanner: () => scanner(url, cpu),
      }),
    { data: join(out, "data") },
  );
}

function scanner(url, cpu) {
  const connection = postgresDatabase({ url, readUrl: url, deadline: patience, patience }).connect("read");
  // One process, as of SQLite.
  connection.script("SET max_parallel_workers_per_gather = 0");
  return {
    async scan() {
      const before = await cpu();
      connection.table("SELECT COUNT(*), SUM(duration) FROM sessions");
      return (await cpu()) - before;
    },
    close: () => connection.close(),
  };
}
