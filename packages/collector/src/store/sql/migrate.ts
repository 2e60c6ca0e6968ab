import { createHash } from "node:crypto";
import { CollectorError } from "../../collector-error.js";
import type { PendingStep } from "../store.js";
import type { Connection } from "./connection.js";
import type { Database } from "./database.js";

/** One step of the schema. Once released it never changes: its checksum is kept in the database. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** As SQLite takes it; others render it. */
  readonly sql: string;
}

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

type Schema = Pick<Database, "migrations" | "render" | "alreadyRun" | "isEmpty" | "denied">;

const table =
  "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
const progress =
  "CREATE TABLE IF NOT EXISTS migration_progress (version INTEGER PRIMARY KEY, statements INTEGER NOT NULL) STRICT";

/** Brings the schema up to the code, under the write lock, so that of two processes at once one waits and finds it done. */
export function migrate(connection: Connection, schema: Schema): void {
  // A command on an up-to-date database need not wait for a collector's write.
  if (pendingSteps(connection, schema).length === 0) return;
  try {
    connection.write(() => runMissing(connection, schema));
  } catch (error) {
    if (!schema.denied(error)) throw error;
    const message = error instanceof Error ? error.message.replace(/^the database failed: /, "") : String(error);
    throw new CollectorError(
      "schema_denied",
      `the database's user may not change its schema: run isotherm migrate as one who may (${message})`,
      { cause: error },
    );
  }
}

function runMissing(connection: Connection, schema: Schema): void {
  for (const statement of schema.render(table)) connection.script(statement);
  for (const { version, name, sql } of missing(connection, schema)) {
    const statements = schema.render(sql);
    if (schema.alreadyRun === null) for (const statement of statements) connection.script(statement);
    else resume(connection, schema, schema.alreadyRun, version, statements);
    connection.run("INSERT INTO migrations (version, name, checksum) VALUES (?, ?, ?)", version, name, checksum(sql));
  }
}

/** What `migrate` would run; nothing is changed. Throws as it does. */
export function pendingSteps(connection: Connection, schema: Schema): readonly PendingStep[] {
  const steps = schema.isEmpty(connection) ? schema.migrations : missing(connection, schema);
  return steps.map(({ version, name, sql }) => ({ version, name, statements: schema.render(sql) }));
}

/** The steps that are not in the database. Throws `schema_ahead` where it is newer, `schema_changed` where it is another's. */
function missing(connection: Connection, { migrations }: Schema): readonly Migration[] {
  const applied = connection.all<Applied>("SELECT version, checksum FROM migrations ORDER BY version");
  const newest = migrations.at(-1)?.version ?? 0;
  const ahead = applied.find(({ version }) => version > newest);
  if (ahead) {
    throw new CollectorError(
      "schema_ahead",
      `the database is at schema ${ahead.version}, this program knows ${newest}: install a newer version of it`,
    );
  }
  return migrations.filter(({ version, name, sql }) => {
    const done = applied.find((one) => one.version === version);
    if (done && done.checksum !== checksum(sql)) {
      throw new CollectorError(
        "schema_changed",
        `schema step ${version} (${name}) was applied in another form: this database belongs to another build`,
      );
    }
    return done === undefined;
  });
}

/** Runs a step where a schema change cannot be taken back, from behind the last statement that is known to be done. */
function resume(
  connection: Connection,
  { render }: Schema,
  alreadyRun: (error: unknown) => boolean,
  version: number,
  statements: readonly string[],
): void {
  for (const statement of render(progress)) connection.script(statement);
  const sql = "SELECT statements FROM migration_progress WHERE version = ?";
  const known = connection.get<{ statements: number }>(sql, version);
  if (!known) connection.run("INSERT INTO migration_progress (version, statements) VALUES (?, 0)", version);
  const done = known?.statements ?? 0;
  statements.slice(done).forEach((statement, index) => {
    try {
      connection.script(statement);
    } catch (error) {
      // It may have ended between this statement and the note of it.
      if (known === undefined || index > 0 || !alreadyRun(error)) throw error;
    }
    const after = done + index + 1;
    connection.change("UPDATE migration_progress SET statements = ? WHERE version = ?", after, version);
  });
}

function checksum(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}
