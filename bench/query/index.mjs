import { measureQueries } from "./measure.mjs";
import { onSqlite } from "./on-sqlite.mjs";

/**
 * The speed of every query over HTTP, on made-up visits that went through the projector. `ISOTHERM_BENCH_FOLDER` says
 * where they are kept for the next run.
 *
 * @param {{ print: (line: string) => void, events: number }} options
 */
export function query(options) {
  return measureQueries({ ...options, name: "query", title: "Queries", folder: "events", on: onSqlite });
}
