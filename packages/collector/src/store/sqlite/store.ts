import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type SqlStoreOptions, sqlStore } from "../sql/sql-store.js";
import type { Store } from "../store.js";
import { sqliteDatabase } from "./database.js";

/** A store in one SQLite file. */
export interface SqliteStoreOptions extends SqlStoreOptions {
  /** The database; it and its folder are created when they are missing. Two more files lie beside it while it is open. */
  readonly file: string;
}

/**
 * Opens a store in one SQLite file; `migrate` it before anything else. Rejects with `options_invalid` where one of `places`
 * cannot be read.
 */
export async function sqliteStore({ file, ...options }: SqliteStoreOptions): Promise<Store> {
  await mkdir(dirname(file), { recursive: true });
  const body = new URL("./thread.js", import.meta.url);
  return sqlStore({ body, place: { file }, database: sqliteDatabase }, options);
}
