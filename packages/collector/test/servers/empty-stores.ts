import { afterAll, beforeAll } from "vitest";
import type { Connection } from "../../src/store/sql/connection.js";
import type { Database } from "../../src/store/sql/database.js";
import { migrate } from "../../src/store/sql/migrate.js";
import { benchOn, type CoreBench } from "../store/bench.js";
import { databaseName, type ServerKind } from "./databases.js";

/** Stores that one test has open at once. */
const most = 2;

interface Kept {
  readonly database: Database;
  readonly write: Connection;
  readonly close: () => void;
  readonly name: string;
}

/**
 * Opens empty stores on the calling thread. Their databases and connections are made once for all tests of a file, and
 * emptied for each store: a database takes longer to make than a history to project.
 */
export function emptyStores(kind: ServerKind): () => CoreBench {
  const free: Kept[] = [];
  beforeAll(async () => {
    for (let n = 0; n < most; n++) {
      const name = databaseName();
      free.push(kept(kind.database(await kind.create(name)), name));
    }
  });
  afterAll(async () => {
    for (const { close, name } of free) {
      close();
      await kind.drop(name);
    }
  });
  return () => {
    const store = free.pop();
    if (!store) throw new Error("more stores are open than there are databases");
    empty(store.write, kind.name === "postgres" ? "current_schema()" : "DATABASE()");
    try {
      return benchOn(store.database, () => free.push(store));
    } catch (error) {
      free.push(store);
      throw error;
    }
  };
}

function kept(database: Database, name: string): Kept {
  const [write, read] = [database.connect("write"), database.connect("read")];
  migrate(write, database);
  const stay = (connection: Connection): Connection => ({ ...connection, close: () => undefined });
  return {
    name,
    write,
    database: { ...database, connect: (mode) => stay(mode === "write" ? write : read) },
    close() {
      write.close();
      read.close();
    },
  };
}

function empty(connection: Connection, schema: string): void {
  const tables = connection.table<readonly [string]>(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = ${schema}`,
  );
  connection.write(() => {
    for (const [table] of tables) {
      if (!table.startsWith("migration")) connection.run(`DELETE FROM ${table}`);
    }
  });
}
