import type { Connection } from "../../src/store/sql/connection.js";
import type { Database } from "../../src/store/sql/database.js";
import { migrate } from "../../src/store/sql/migrate.js";
import { type BenchOptions, benchOn, type CoreBench } from "../store/bench.js";
import { databaseName, type ServerKind, theServer } from "./databases.js";

// Stands in the place of test/store/sqlite/bench.ts where its tests are run on a server.

/** What that bench gives, without the file. */
export type Bench = CoreBench;

interface Kept {
  readonly database: Database;
  readonly write: Connection;
}

/** Databases that are not in use: one takes longer to make than to empty. */
const free: Kept[] = [];

/** An empty store on the server, on the calling thread. */
export function bench(options?: BenchOptions): Bench {
  const kind = theServer();
  const kept = free.pop() ?? newDatabase(kind);
  const give = (): void => void free.push(kept);
  try {
    empty(kept.write, kind);
    return benchOn(kept.database, give, options);
  } catch (error) {
    give();
    throw error;
  }
}

function newDatabase(kind: ServerKind): Kept {
  const name = databaseName();
  const admin = kind.database(kind.server).connect("write");
  admin.script(`CREATE DATABASE ${name}`);
  admin.close();
  const database = kind.database(kind.urlOf(name));
  const [write, read] = [database.connect("write"), database.connect("read")];
  migrate(write, database);
  // Each connection has a thread, which takes long to start.
  const stay = (connection: Connection): Connection => ({ ...connection, close: () => undefined });
  return { write, database: { ...database, connect: (mode) => stay(mode === "write" ? write : read) } };
}

const tablesOf = {
  postgres: "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
  mysql: "SHOW TABLES",
};

/** Tables of which the schema's steps have filled some, and that no test fills. */
const lasting = /^migration|^text_state$/;

function empty(connection: Connection, { name }: ServerKind): void {
  const tables = connection.table<readonly [string]>(tablesOf[name]);
  connection.write(() => {
    for (const [table] of tables) if (!lasting.test(table)) connection.run(`DELETE FROM ${table}`);
  });
}
