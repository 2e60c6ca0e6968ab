import { baseline } from "../sql/baseline.js";
import { blocking } from "../sql/blocking.js";
import type { Database } from "../sql/database.js";
import type { ServerPlace } from "../sql/server-store.js";
import { migrations } from "../sqlite/schema.js";
import { render, translate } from "./translate.js";

/** A database in PostgreSQL. */
export function postgresDatabase(place: ServerPlace): Database {
  return {
    connect: (mode) =>
      blocking({
        ...{ line: new URL("./line.js", import.meta.url), place, mode, translate, patience: place.patience },
        purge: (table) => `VACUUM "${table}"`,
      }),
    migrations: [baseline, ...migrations.filter(({ version }) => version > baseline.version)],
    isEmpty: (connection) =>
      connection.get(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'migrations'",
      ) === undefined,
    render,
    alreadyRun: null,
    errorOf: (error) => error,
  };
}
