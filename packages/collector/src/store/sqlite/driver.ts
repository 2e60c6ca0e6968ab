import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { CollectorError } from "../../collector-error.js";

/** Opens SQLite files. */
export type Driver = typeof BetterSqlite3;

// better-sqlite3 13 brings its binaries along, and needs Node 22. 12 runs on Node 20 too, but built for Node 24.19 or newer
// it aborts when a statement is collected (https://github.com/nodejs/node/issues/65446). npm and pnpm leave out what the
// running Node is too old for, as both are optional dependencies.
const name = Number.parseInt(process.versions.node, 10) >= 22 ? "better-sqlite3" : "better-sqlite3-12";

/** Loads the driver that fits the running Node. Throws `store_unavailable` when it is not installed. */
export function sqliteDriver(): Driver {
  const load = createRequire(import.meta.url);
  try {
    return load(name) as Driver;
  } catch (cause) {
    throw new CollectorError(
      "store_unavailable",
      `SQLite's driver (${name}) cannot be loaded: install again, with optional packages and with the Node that runs this (${process.version})`,
      { cause },
    );
  }
}
