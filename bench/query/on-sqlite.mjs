import { join } from "node:path";
import { sqliteStore } from "@isotherm/collector/sqlite";
import Database from "better-sqlite3";
import { disk, scanner } from "./disk.mjs";

/**
 * Where the visits are kept and asked for.
 *
 * @typedef {object} Place
 * @property {string} product the database's name
 * @property {[kind: string, address: string]} address as the process under test takes it
 * @property {(options: object) => Promise<import("@isotherm/collector").Store>} open
 * @property {() => Promise<number>} dirtyDays days whose rows are to be derived again
 * @property {() => Promise<void>} filled called once all is stored
 * @property {() => Promise<number>} cpu milliseconds of processor time so far of a server's processes
 * @property {() => Promise<readonly { name: string, bytes: number }[]>} disk tables with their indices, the largest first
 * @property {() => { scan: () => Promise<number>, close: () => void }} scanner reads the table of visits whole, in
 *   milliseconds of processor time
 */

/**
 * Works with a file in SQLite in the folder `out`.
 *
 * @template Result
 * @param {string} out
 * @param {(place: Place) => Promise<Result>} work
 */
export function onSqlite(out, work) {
  const file = join(out, "store.sqlite");
  return work({
    product: "SQLite",
    address: ["sqlite", file],
    open: (options) => sqliteStore({ file, ...options }),
    async dirtyDays() {
      const db = new Database(file, { readonly: true });
      try {
        return db.prepare("SELECT count(*) FROM dirty_days").pluck().get();
      } finally {
        db.close();
      }
    },
    filled: async () => undefined,
    cpu: async () => 0,
    disk: async () => disk(file),
    scanner: () => scanner(file),
  });
}
