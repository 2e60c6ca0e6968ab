import { measureQueries } from "../query/measure.mjs";
import { onPostgres } from "../query/on-postgres.mjs";

/**
 * The speed of the same queries on the same visits in PostgreSQL, which are kept where those in SQLite are.
 *
 * @param {{ print: (line: string) => void, events: number }} options
 */
export async function queryPostgres(options) {
  const name = "query-postgres";
  const said = { name, title: "Queries on PostgreSQL", folder: "events-on-postgres", on: onPostgres };
  const measured = await measureQueries({ ...options, ...said });
  if (measured === null)
    throw new Error(`no PostgreSQL: install it (Debian: apt-get install postgresql), or leave ${name} out`);
  return measured;
}
