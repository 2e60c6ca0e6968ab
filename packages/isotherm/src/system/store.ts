import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Store } from "@isotherm/collector";
import type { ResolvedCollector } from "../config/resolved.js";
import { CommandError } from "../error.js";
import { checkWritable, makeFolder } from "./folders.js";

/** Which database, as the collector's part of the configuration says it. */
export type StoreChoice = Pick<ResolvedCollector, "database"> &
  Partial<Pick<ResolvedCollector, "store" | "autoMigrate" | "places">>;

/**
 * Opens the database and brings its schema up to this code; without `autoMigrate` it refuses one that lacks steps. A server
 * wants `threads`, so that its event loop never waits for the disk; a command that asks one thing does not.
 */
export async function openStore(choice: StoreChoice, options: { readonly threads: boolean }): Promise<Store> {
  const store = await connectStore(choice, options);
  try {
    await bringUp(store, choice);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Throws `setup_missing` where nobody has made a database yet: a new one would know nothing of what the service's own has. */
export function mustBeThere({ database, store: { url } = {} }: StoreChoice): void {
  if (url !== undefined || existsSync(database)) return;
  const fix = "run this as the service runs, with its configuration and environment, or begin with isotherm init";
  throw new CommandError("setup_missing", `${database} is not there: nothing has been stored yet; ${fix}`);
}

/** Brings the schema up to this code; without `autoMigrate` it refuses one that lacks steps. */
export async function bringUp(store: Store, { autoMigrate = true }: Pick<StoreChoice, "autoMigrate">): Promise<void> {
  if (autoMigrate) await store.migrate();
  else await refuseOld(store);
}

/** Opens the database as it is; without `create`, a SQLite file that is missing is taken for an empty one. */
export async function connectStore(
  { database: file, store: { url, ...rest } = {}, places = [] }: StoreChoice,
  { threads, create = true }: { readonly threads: boolean; readonly create?: boolean },
): Promise<Store> {
  if (url !== undefined) {
    const options = { url, ...rest, places, threads };
    if (/^(mysql|mariadb):/.test(url)) return (await import("@isotherm/collector/mysql")).mysqlStore(options);
    return (await import("@isotherm/collector/postgres")).postgresStore(options);
  }
  const { sqliteStore } = await import("@isotherm/collector/sqlite");
  if (!create && !existsSync(file)) return sqliteStore({ file: ":memory:", threads: false });
  await makeFolder(dirname(file));
  await checkWritable(file);
  const { readUrl: _, ...answering } = rest;
  return sqliteStore({ file, ...answering, places, threads });
}

async function refuseOld(store: Store): Promise<void> {
  const steps = await store.pendingSteps();
  if (steps.length === 0) return;
  const names = steps.map(({ version, name }) => `${version} (${name})`).join(", ");
  throw new CommandError("schema_behind", `the database lacks the schema steps ${names}: run isotherm migrate`);
}
