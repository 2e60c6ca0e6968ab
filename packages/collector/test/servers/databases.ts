import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { StoreBench } from "../../src/store/conformance.js";
import { mysqlDatabase } from "../../src/store/mysql/database.js";
import { type MysqlStoreOptions, mysqlStore } from "../../src/store/mysql/store.js";
import { postgresDatabase } from "../../src/store/postgres/database.js";
import { type PostgresStoreOptions, postgresStore } from "../../src/store/postgres/store.js";
import type { Database } from "../../src/store/sql/database.js";
import type { Store } from "../../src/store/store.js";
import { serverQuery } from "./query.js";

/** The server that a project's tests run on, in which they make databases of their own. */
export interface ServerKind {
  readonly name: "postgres" | "mysql";
  readonly server: string;
  urlOf(name: string): string;
  create(name: string): Promise<string>;
  drop(name: string): Promise<unknown>;
  store(options: PostgresStoreOptions & MysqlStoreOptions): Store;
  database(url: string): Database;
}

const drivers = {
  postgres: { store: postgresStore, at: postgresDatabase, force: " WITH (FORCE)" },
  mysql: { store: mysqlStore, at: mysqlDatabase, force: "" },
};

/** The server; no test that asks it for something runs where there is none. */
export function theServer(): ServerKind {
  const { name, url } = inject("server");
  const server = url ?? "";
  const { store, at, force } = drivers[name];
  const urlOf = (database: string): string => {
    const url = new URL(server);
    url.pathname = `/${database}`;
    return url.href;
  };
  return {
    name,
    server,
    urlOf,
    store,
    database: (url) => at({ url, readUrl: url, deadline: 15_000, patience: 60_000 }),
    async create(database) {
      await serverQuery(server, `CREATE DATABASE ${database}`);
      return urlOf(database);
    },
    drop: (database) => serverQuery(server, `DROP DATABASE IF EXISTS ${database}${force}`),
  };
}

/** A name that no other database has; those of a run are removed at its end. */
export function databaseName(): string {
  return `${inject("server").prefix}${randomBytes(6).toString("hex")}`;
}

/** A place for a store on the server: a database of its own, made when it is first opened. */
export function benchAt(kind: ServerKind): StoreBench {
  const name = databaseName();
  let url: Promise<string> | null = null;
  return {
    async open() {
      url ??= kind.create(name);
      // A thread takes longer to start, from source, than a test to run.
      return kind.store({ url: await url, threads: false });
    },
    dispose: async () => void (await kind.drop(name)),
  };
}
