import { closeSync, openSync } from "node:fs";
import type Database from "better-sqlite3";
import type { Connection, Value } from "../sql/connection.js";
import { sqliteDriver } from "./driver.js";
import { turns } from "./turns.js";

/** Milliseconds to wait for other processes: several turns of one that catches up, and less than a program has to close. */
const busy = 10_000;

/** Pages that are given back to the file system at a time. */
const freedPages = 500;

/** Opens a file, to write or to read only. */
export function connect(file: string, mode: "write" | "read"): Connection {
  // Relay secrets are in it, and SQLite gives its companions the rights of the file.
  if (mode === "write" && file !== ":memory:") closeSync(openSync(file, "a", 0o600));
  const SqliteFile = sqliteDriver();
  const db = new SqliteFile(file, { timeout: busy, readonly: mode === "read", fileMustExist: mode === "read" });
  if (mode === "write") {
    // Before any table exists; on a file that has some, it changes nothing.
    db.pragma("auto_vacuum = incremental");
    db.pragma("journal_mode = wal");
    // Erased means gone: freed pages are overwritten.
    db.pragma("secure_delete = on");
    db.pragma("wal_autocheckpoint = 4000");
    db.pragma("synchronous = full");
  }
  // What the writer touches is of the last days, and readers remember what they read of others in a closer form than pages.
  db.pragma("cache_size = -16000");
  db.pragma("temp_store = memory");
  const statements = (): ((sql: string) => Database.Statement<Value[]>) => {
    const prepared = new Map<string, Database.Statement<Value[]>>();
    return (sql) => {
      let known = prepared.get(sql);
      if (!known) {
        // Statements of one shape with lists of many lengths would fill it without end.
        if (prepared.size > 500) prepared.clear();
        known = db.prepare<Value[]>(sql);
        prepared.set(sql, known);
      }
      return known;
    };
  };
  const statement = statements();
  // How a statement gives its rows is a property of it.
  const tabular = statements();
  const turn = turns();
  const inTurn = <T>(work: () => T): T => {
    const transaction = db.transaction(work);
    // Within another it has the lock already, and nobody else has a database in memory.
    if (db.inTransaction || db.memory) return transaction.immediate();
    turn.begin();
    try {
      return transaction.immediate();
    } finally {
      turn.end();
    }
  };
  return {
    all: <Row>(sql: string, ...values: readonly Value[]) => statement(sql).all(...values) as Row[],
    table: <Row>(sql: string, ...values: readonly Value[]) =>
      tabular(sql)
        .raw(true)
        .all(...values) as Row[],
    each: <Row extends readonly Value[]>(visit: (row: Row) => void, sql: string, ...values: readonly Value[]) => {
      for (const row of tabular(sql)
        .raw(true)
        .iterate(...values))
        visit(row as unknown as Row);
    },
    get: <Row>(sql: string, ...values: readonly Value[]) => statement(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => {
      statement(sql).run(...values);
    },
    change: (sql, ...values) => statement(sql).run(...values).changes,
    insert: (sql, ...values) => Number(statement(sql).run(...values).lastInsertRowid),
    script: (sql) => {
      db.exec(sql);
    },
    write: (work, durability = "durable") => {
      if (durability === "durable") return inTurn(work);
      db.exec("PRAGMA synchronous = NORMAL");
      try {
        return inTurn(work);
      } finally {
        db.exec("PRAGMA synchronous = FULL");
      }
    },
    read: (work) => db.transaction(work).deferred(),
    purge: () => {
      db.pragma(`incremental_vacuum(${freedPages})`);
      // Until the log is folded into the file and emptied, it still holds the pages as they were.
      const [folded] = db.pragma("wal_checkpoint(TRUNCATE)") as { readonly busy: number }[];
      return folded?.busy === 0;
    },
    // A file stays what it is.
    epoch: () => 0,
    close: () => {
      if (mode === "write") db.pragma("optimize");
      db.close();
    },
  };
}
