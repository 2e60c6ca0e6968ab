import { join } from "node:path";
import { sqliteDriver } from "../../packages/collector/src/store/sqlite/driver.js";

/** Ids of the batches that a collector with its data in `folder` holds, each as often as it is there, read beside the running collector. */
export function storedIds(folder: string): readonly string[] {
  const Database = sqliteDriver();
  const database = new Database(join(folder, "isotherm-data/collector/isotherm.db"), { readonly: true });
  try {
    // A batch with a long pause in it is kept in parts, of which the first is 0.
    const rows = database.prepare("SELECT hex(id) AS id FROM raw WHERE part = 0").all() as { id: string }[];
    return rows.map(({ id }) => dashed(id.toLowerCase()));
  } finally {
    database.close();
  }
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
