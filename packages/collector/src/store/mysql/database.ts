import { baseline } from "../sql/baseline.js";
import { blocking, stateOf } from "../sql/blocking.js";
import type { Database } from "../sql/database.js";
import type { ServerPlace } from "../sql/server-store.js";
import { migrations } from "../sqlite/schema.js";
import { render, translate } from "./translate.js";

// A table, a column or an index that is there already, or is gone already.
const already = new Set(["1050", "1060", "1061", "1051", "1091"]);

// Rights on the database, the table, the column, and of the whole server that were not given.
const denied = new Set(["1044", "1142", "1143", "1227"]);

/** A database in MariaDB or MySQL. */
export function mysqlDatabase(place: ServerPlace): Database {
  return {
    connect: (mode) =>
      blocking({
        ...{ line: new URL("./line.js", import.meta.url), place, mode, translate, patience: place.patience },
        // InnoDB purges by itself.
        purge: () => null,
      }),
    product(connection) {
      const [[version] = [""]] = connection.table<[string]>("SELECT VERSION()");
      return `${version.includes("MariaDB") ? "MariaDB" : "MySQL"} ${version}`;
    },
    migrations: [baseline, ...migrations.filter(({ version }) => version > baseline.version)],
    // Of information_schema the server reads the tables of all databases, some of which others may just be dropping.
    isEmpty: (connection) => connection.table("SHOW TABLES LIKE 'migrations'").length === 0,
    render,
    alreadyRun: (error) => already.has(stateOf(error)),
    // It counts what a statement would find in each index: https://mariadb.com/kb/en/index-statistics/
    analyze: null,
    denied: (error) => denied.has(stateOf(error)),
    errorOf: (error) => error,
  };
}
