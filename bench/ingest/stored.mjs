import { join } from "node:path";
import { sqliteDriver } from "../../packages/collector/dist/store/sqlite/driver.js";
import { rowsPerBatch } from "../http/visits.mjs";

const Database = sqliteDriver();

/** Throws unless exactly the batches with these ids can be found in Isotherm's database, beside `before` others. */
export function checkIsotherm(folder, ids, before = 0) {
  const database = new Database(join(folder, "isotherm.db"), { readonly: true });
  const find = database.prepare("SELECT count(*) FROM raw WHERE id = ? AND part = 0").pluck();
  const found = ids.filter((id) => find.get(Buffer.from(id.replaceAll("-", ""), "hex")) === 1).length;
  const all = database.prepare("SELECT count(*) FROM raw WHERE part = 0").pluck().get();
  database.close();
  if (found !== ids.length || all !== ids.length + before)
    throw new Error(`of ${ids.length} acknowledged batches ${found} are there, among ${all}`);
}

/** Throws unless the batches of Isotherm's database in PostgreSQL, which `query` asks, are exactly those with these ids. */
export async function checkPostgres(query, ids) {
  const all = (await query("SELECT encode(id, 'hex') FROM raw WHERE part = 0")).split("\n");
  const there = new Set(all);
  const found = ids.filter((id) => there.has(id.replaceAll("-", ""))).length;
  if (found !== ids.length || all.length !== ids.length)
    throw new Error(`of ${ids.length} acknowledged batches ${found} are there, among ${all.length}`);
}

/** Throws unless heat-collector's database holds the rows of as many batches. */
export function checkHeatCollector(folder, batches) {
  const database = new Database(join(folder, "heat.db"), { readonly: true });
  const rows = database.prepare("SELECT count(*) FROM events").pluck().get();
  database.close();
  if (rows !== batches * rowsPerBatch)
    throw new Error(`${batches} batches were acknowledged, ${batches * rowsPerBatch} rows expected, ${rows} are there`);
}
