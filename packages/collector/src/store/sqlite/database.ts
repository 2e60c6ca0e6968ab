import { CollectorError } from "../../collector-error.js";
import type { Database } from "../sql/database.js";
import { connect } from "./connect.js";
import { errorOf } from "./error-of.js";
import { migrations } from "./schema.js";

/** Where a database in SQLite is. */
export interface SqlitePlace {
  readonly file: string;
}

/** A database in one SQLite file. */
export function sqliteDatabase({ file }: SqlitePlace): Database {
  return {
    connect(mode) {
      try {
        return connect(file, mode);
      } catch (cause) {
        throw new CollectorError("store_unavailable", `the database ${file} cannot be opened`, { cause });
      }
    },
    product: (connection) => `SQLite ${connection.table<[string]>("SELECT sqlite_version()")[0]?.[0]}`,
    migrations,
    isEmpty: (connection) =>
      connection.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'") === undefined,
    render: (sql) => [sql],
    alreadyRun: null,
    // Its plans name their indexes where it would guess wrong.
    analyze: null,
    // Who may write a file may write all of it.
    denied: () => false,
    errorOf,
  };
}
