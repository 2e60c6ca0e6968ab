import { randomBytes } from "node:crypto";
import { describe, inject, test } from "vitest";
import type { StoreBench } from "../../src/store/conformance.js";
import { mysqlDatabase } from "../../src/store/mysql/database.js";
import { type MysqlStoreOptions, mysqlStore } from "../../src/store/mysql/store.js";
import { postgresDatabase } from "../../src/store/postgres/database.js";
import { type PostgresStoreOptions, postgresStore } from "../../src/store/postgres/store.js";
import type { Database } from "../../src/store/sql/database.js";
import type { Store } from "../../src/store/store.js";
import { dropMysql, newMysql } from "./mysql.js";
import { dropPostgres, newPostgres } from "./postgres.js";

/** A kind of server, on which tests make databases of their own. */
export interface ServerKind {
  readonly name: "postgres" | "mysql";
  readonly server: string;
  create(name: string): Promise<string>;
  drop(name: string): Promise<void>;
  store(options: PostgresStoreOptions & MysqlStoreOptions): Store;
  database(url: string): Database;
}

const place = (url: string) => ({ url, readUrl: url, deadline: 15_000 });
const kinds = {
  postgres: (server: string): ServerKind => ({
    ...{ name: "postgres", server, store: postgresStore, database: (url) => postgresDatabase(place(url)) },
    ...{ create: (name) => newPostgres(server, name), drop: (name) => dropPostgres(server, name) },
  }),
  mysql: (server: string): ServerKind => ({
    ...{ name: "mysql", server, store: mysqlStore, database: (url) => mysqlDatabase(place(url)) },
    ...{ create: (name) => newMysql(server, name), drop: (name) => dropMysql(server, name) },
  }),
};
const missing = {
  postgres: "PostgreSQL is not installed: apt-get install postgresql, or name a server in TEST_POSTGRES_URL",
  mysql: "MariaDB is not installed: apt-get install mariadb-server, or name a server in TEST_MYSQL_URL",
};

/** Describes tests on each server that there is. Where one is missing they are skipped with the reason, and fail with CI=true. */
export function onEachServer(title: string, tests: (kind: ServerKind) => void): void {
  for (const name of ["postgres", "mysql"] as const) onServer(name, title, tests);
}

/** The same on one of them. */
export function onServer(name: "postgres" | "mysql", title: string, tests: (kind: ServerKind) => void): void {
  const server = inject(name);
  describe(`${title} (${name})`, () => {
    if (server !== null) tests(kinds[name](server));
    else if (process.env.CI === "true") {
      test("has a server", () => {
        throw new Error(missing[name]);
      });
    } else test.skip(missing[name], () => undefined);
  });
}

/** A name that no other database has. */
export function databaseName(): string {
  return `isotherm_${randomBytes(8).toString("hex")}`;
}

/** A place for a store on a server: a database of its own, made when it is first opened. */
export function benchAt(kind: ServerKind): StoreBench {
  const name = databaseName();
  let url: Promise<string> | null = null;
  return {
    async open() {
      url ??= kind.create(name);
      return kind.store({ url: await url, readers: 1 });
    },
    dispose: () => kind.drop(name),
  };
}
