import { resolve } from "node:path";
import { CommandError } from "../error.js";
import type { IsothermConfig } from "./options.js";

const kinds: { readonly [dialect: string]: RegExp } = {
  postgres: /^postgres(ql)?:/,
  postgresql: /^postgres(ql)?:/,
  mysql: /^(mysql|mariadb):/,
  mariadb: /^(mysql|mariadb):/,
};

/**
 * The database that the variables name which other tools know: DATABASE_URL, SQLITE_FILE, and HEAT_DIALECT, which chooses
 * where both are set.
 */
export function familiar(environment: NodeJS.ProcessEnv, cwd: string): IsothermConfig {
  const { HEAT_DIALECT: dialect = "", DATABASE_URL: url = "", SQLITE_FILE: file = "" } = environment;
  const sqlite = { collector: { database: resolve(cwd, file) } };
  if (dialect === "sqlite" || (dialect === "" && url === "")) return file === "" ? {} : sqlite;
  const kind = kinds[dialect];
  if (dialect !== "" && kind === undefined) {
    throw new CommandError(
      "config_invalid",
      `HEAT_DIALECT: must be sqlite, postgres, mysql or mariadb, is "${dialect}"`,
    );
  }
  if (url === "" || (kind !== undefined && !kind.test(url))) {
    throw new CommandError(
      "config_invalid",
      `DATABASE_URL: must be an address as ${dialect}://user:password@host/database, as HEAT_DIALECT is ${dialect}`,
    );
  }
  return { collector: { store: { url } } };
}
