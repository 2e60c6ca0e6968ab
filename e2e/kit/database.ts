import { join } from "node:path";
import { sqliteDriver } from "../../packages/collector/src/store/sqlite/driver.js";

/** Opens the database of a collector with its data in `folder`, beside the running collector where there is one. */
export function databaseOf(
  folder: string,
  mode: "read" | "write" = "read",
): InstanceType<ReturnType<typeof sqliteDriver>> {
  const Database = sqliteDriver();
  return new Database(join(folder, "isotherm-data/collector/isotherm.db"), { readonly: mode === "read" });
}
