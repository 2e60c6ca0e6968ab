import { describe, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../../../src/store/sql/connection.js";
import type { Database } from "../../../src/store/sql/database.js";
import { migrate, pendingSteps } from "../../../src/store/sql/migrate.js";
import { connect } from "../../../src/store/sqlite/connect.js";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { databaseName, type ServerKind, theServer } from "../../servers/databases.js";
import { serverQuery } from "../../servers/query.js";

/** An empty database with a connection to it. */
async function emptyDatabase(
  kind: ServerKind,
): Promise<{ readonly database: Database; readonly connection: Connection; readonly schema: string }> {
  const name = databaseName();
  const database = kind.database(await kind.create(name));
  const connection = database.connect("write");
  onTestFinished(async () => {
    connection.close();
    await kind.drop(name);
  });
  return { database, connection, schema: kind.name === "postgres" ? "public" : name };
}

/** Statements that give a user rights on a database. */
type Rights = Readonly<Record<ServerKind["name"], (user: string, name: string) => readonly string[]>>;

/** A connection to an empty database as a user who has these rights and no others. */
async function guestOf(
  kind: ServerKind,
  rights: Rights,
): Promise<{ readonly database: Database; readonly connection: Connection } & AsyncDisposable> {
  const name = databaseName();
  const owned = await kind.create(name);
  const user = `u${name.slice(-12)}`;
  const made = kind.name === "postgres" ? `CREATE ROLE ${user} LOGIN` : `CREATE USER ${user}`;
  for (const statement of [made, ...rights[kind.name](user, name)]) await serverQuery(owned, statement);
  const url = new URL(owned);
  url.username = user;
  const database = kind.database(url.href);
  const connection = database.connect("write");
  return {
    database,
    connection,
    async [Symbol.asyncDispose]() {
      connection.close();
      await kind.drop(name);
      await serverQuery(kind.server, `DROP ${kind.name === "postgres" ? "ROLE" : "USER"} ${user}`);
    },
  };
}

const sorted = (names: readonly (readonly [string, string])[]): readonly string[] =>
  names
    .map(([table, column]) => `${table}.${column}`)
    .filter((name) => !name.startsWith("migration_progress"))
    .toSorted();

function sqliteColumns(): readonly string[] {
  const connection = connect(":memory:", "write");
  migrate(connection, sqliteDatabase({ file: ":memory:" }));
  const columns = connection.table<readonly [string, string]>(
    "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
  );
  connection.close();
  return sorted(columns);
}

const step = (version: number, sql: string) => ({ version, name: "next", sql });
const twoTables =
  "CREATE TABLE apples (n INTEGER PRIMARY KEY) STRICT; CREATE TABLE pears (name TEXT PRIMARY KEY) STRICT";

const kind = theServer();

describe(`the schema (${kind.name})`, () => {
  test("has the tables and columns of SQLite's, whose steps it is made of", async () => {
    const { database, connection, schema } = await emptyDatabase(kind);
    expect(pendingSteps(connection, database).map(({ version }) => version)).toEqual(
      database.migrations.map(({ version }) => version),
    );
    migrate(connection, database);
    migrate(connection, database);
    expect(pendingSteps(connection, database)).toEqual([]);
    const columns = connection.table<readonly [string, string]>(
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ?",
      schema,
    );
    expect(sorted(columns)).toEqual(sqliteColumns());
  });

  test("is refused where it is newer, and where a step was changed", async () => {
    const { database, connection } = await emptyDatabase(kind);
    const [first] = database.migrations;
    const next = step(database.migrations.length + 100, "CREATE TABLE apples (n INTEGER PRIMARY KEY) STRICT");
    migrate(connection, { ...database, migrations: [...database.migrations, next] });
    expect(() => migrate(connection, database)).toThrow(expect.objectContaining({ code: "schema_ahead" }));
    expect(() => pendingSteps(connection, database)).toThrow(expect.objectContaining({ code: "schema_ahead" }));
    const changed = [{ ...first, sql: `${first?.sql} ` } as typeof next, ...database.migrations.slice(1), next];
    expect(() => migrate(connection, { ...database, migrations: changed })).toThrow(
      expect.objectContaining({ code: "schema_changed" }),
    );
  });

  test("goes on where a step failed, and where a program ended between two of its statements", async () => {
    const { database, connection } = await emptyDatabase(kind);
    const before = { ...database, migrations: [step(1, "CREATE TABLE plums (n INTEGER PRIMARY KEY) STRICT")] };
    migrate(connection, before);
    const whole = { ...database, migrations: [...before.migrations, step(2, twoTables)] };
    const failing = {
      ...whole,
      render: (sql: string) =>
        sql === twoTables ? [...database.render(sql).slice(0, 1), "NONSENSE"] : database.render(sql),
    };
    expect(() => migrate(connection, failing)).toThrow(/syntax/);
    if (kind.name === "mysql") {
      // As if it had ended when the statement was run and not yet noted.
      connection.change("UPDATE migration_progress SET statements = 0 WHERE version = 2");
    }
    expect(pendingSteps(connection, whole)).toHaveLength(1);
    migrate(connection, whole);
    connection.run("INSERT INTO pears (name) VALUES (?)", "Conference");
    expect(connection.all("SELECT n FROM apples")).toEqual([]);
    expect(pendingSteps(connection, whole)).toEqual([]);
  });

  test("tells texts apart to the letter, also in keys", async () => {
    const { database, connection } = await emptyDatabase(kind);
    migrate(connection, { ...database, migrations: [step(1, twoTables)] });
    const names = ["a", "A", "ä", "a ", "a\u0301", "\u{1F350}", "z".repeat(255)];
    for (const name of names) connection.run("INSERT INTO pears (name) VALUES (?)", name);
    for (const name of names) {
      expect(connection.table("SELECT name FROM pears WHERE name = ?", name)).toEqual([[name]]);
    }
    expect(() => connection.run("INSERT INTO pears (name) VALUES (?)", "a")).toThrow();
  });

  test("is brought up to date by a user who has no right of its own to make indexes", async () => {
    await using guest = await guestOf(kind, {
      postgres: (user) => [`GRANT CREATE, USAGE ON SCHEMA public TO ${user}`],
      mysql: (user, name) => [`GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER ON ${name}.* TO ${user}`],
    });
    migrate(guest.connection, guest.database);
    expect(pendingSteps(guest.connection, guest.database)).toEqual([]);
  });

  test("is refused, with what helps, by a user who may not change it", async () => {
    await using guest = await guestOf(kind, {
      postgres: (user) => [`REVOKE CREATE ON SCHEMA public FROM PUBLIC`, `GRANT USAGE ON SCHEMA public TO ${user}`],
      mysql: (user, name) => [`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name}.* TO ${user}`],
    });
    const { connection, database } = guest;
    expect(pendingSteps(connection, database)).not.toEqual([]);
    expect(() => migrate(connection, database)).toThrow(
      expect.objectContaining({
        code: "schema_denied",
        message: expect.stringMatching(/run isotherm migrate as one who may \(.*denied/),
      }),
    );
  });

  test("is made once by collectors that start at the same time", async () => {
    const name = databaseName();
    const url = await kind.create(name);
    const stores = [1, 2, 3].map(() => kind.store({ url }));
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await kind.drop(name);
    });
    await Promise.all(stores.map((store) => store.migrate()));
    const versions = kind.database(url).migrations.map(({ version }) => String(version));
    const table = kind.name === "postgres" ? '"migrations"' : "migrations";
    expect(await serverQuery(url, `SELECT version FROM ${table} ORDER BY version`)).toEqual(
      kind.name === "postgres" ? versions : versions.map(Number),
    );
  });

  test("lies in a product that says what it is", async () => {
    const { database, connection } = await emptyDatabase(kind);
    expect(database.product(connection)).toMatch(kind.name === "postgres" ? /^PostgreSQL \d+/ : /^(MariaDB|MySQL) \d+/);
  });
});
