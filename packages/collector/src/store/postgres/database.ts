import { baseline } from "../sql/baseline.js";
import { blocking, stateOf } from "../sql/blocking.js";
import type { Database } from "../sql/database.js";
import type { ServerPlace } from "../sql/server-store.js";
import { migrations } from "../sqlite/schema.js";
import { analyze } from "./analyze.js";
import { render, translate } from "./translate.js";

const insufficientPrivilege = "42501";

/** A database in PostgreSQL. */
export function postgresDatabase(place: ServerPlace): Database {
  return {
    connect: (mode) =>
      blocking({
        ...{ line: new URL("./line.js", import.meta.url), place, mode, translate, patience: place.patience },
        purge: (table) => `VACUUM "${table}"`,
      }),
    product: (connection) =>
      `PostgreSQL ${connection.table<[string]>("SELECT current_setting('server_version')")[0]?.[0]}`,
    migrations: [baseline, ...migrations.filter(({ version }) => version > baseline.version)],
    isEmpty: (connection) =>
      connection.get(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'migrations'",
      ) === undefined,
    render,
    alreadyRun: null,
    analyze,
    denied: (error) => stateOf(error) === insufficientPrivilege,
    errorOf: (error) => error,
  };
}
