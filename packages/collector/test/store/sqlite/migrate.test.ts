import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Connection } from "../../../src/store/sql/connection.js";
import { type Migration, migrate } from "../../../src/store/sql/migrate.js";
import { connect } from "../../../src/store/sqlite/connect.js";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { migrations } from "../../../src/store/sqlite/schema.js";
import { emptyFolder } from "../folder.js";
import { bench } from "./bench.js";

const step = { version: migrations.length + 1, name: "next", sql: "CREATE TABLE next (n INTEGER) STRICT" };

const migrateTo = (connection: Connection, steps: readonly Migration[]): void =>
  migrate(connection, { ...sqliteDatabase({ file: "" }), migrations: steps });

describe("migrate", () => {
  test("applies each step once, and what is new on top", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    migrateTo(connection, [...migrations, step]);
    migrateTo(connection, [...migrations, step]);
    expect(connection.all("SELECT version FROM migrations ORDER BY version")).toHaveLength(migrations.length + 1);
    expect(connection.all("SELECT * FROM next")).toEqual([]);
    connection.close();
  });

  test("waits for nobody's write where there is nothing to do", () => {
    using store = bench();
    const [writer, command] = [connect(store.file, "write"), connect(store.file, "write")];
    writer.write(() => migrateTo(command, migrations));
    writer.close();
    command.close();
  });

  test("refuses a schema that is newer than the code", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    migrateTo(connection, [...migrations, step]);
    expect(() => migrateTo(connection, migrations)).toThrow(expect.objectContaining({ code: "schema_ahead" }));
    connection.close();
  });

  test("refuses a step that was applied in another form", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    const changed = migrations.map((known) => ({ ...known, sql: `${known.sql} -- changed` }));
    expect(() => migrateTo(connection, changed)).toThrow(expect.objectContaining({ code: "schema_changed" }));
    connection.close();
  });

  test("leaves nothing of steps that fail", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    const broken = { ...step, sql: `${step.sql}; CREATE TABLE next (n INTEGER) STRICT` };
    expect(() => migrateTo(connection, [...migrations, broken])).toThrow(/already exists/);
    expect(connection.get("SELECT 1 FROM sqlite_schema WHERE name = 'next'")).toBeUndefined();
    migrateTo(connection, migrations);
    connection.close();
  });

  test("gives what an older program stored the new dimensions, unknown, in visits and in days", () => {
    using folder = emptyFolder();
    const file = join(folder.path, "store.sqlite");
    const connection = connect(file, "write");
    migrateTo(connection, migrations.slice(0, 2));
    connection.script(olderStore);
    migrateTo(connection, migrations);
    const devices = ["browserVersion", "systemVersion", "vendor", "model"];
    const places = ["eu", "region", "city", "timeZone", "network", "org", "asn"];
    for (const dimension of [...devices, ...places]) {
      const rows = connection.all<{ text: string; visits: number }>(
        "SELECT s.text, d.visits FROM days d JOIN strings s ON s.n = d.value WHERE d.dimension = ?",
        dimension,
      );
      expect(rows, dimension).toEqual([{ text: "(not set)", visits: 3 }]);
      for (const table of ["sessions", "profiles"]) {
        const values = connection.all(`SELECT s.text FROM ${table} t LEFT JOIN strings s ON s.n = t.${dimension}`);
        expect(values, `${dimension} of ${table}`).toEqual([{ text: "(not set)" }]);
      }
    }
    expect(connection.get("SELECT n, browser FROM profiles")).toEqual({ n: 7, browser: 9 });
    connection.close();
  });

  test("has days derived again that have more values than are told apart", () => {
    using folder = emptyFolder();
    const connection = connect(join(folder.path, "store.sqlite"), "write");
    migrateTo(connection, migrations.slice(0, 9));
    const rows = (day: number, count: number): string => `
      INSERT INTO days WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < ${count})
      SELECT 1, 'page', ${day}, n, 1, 1, 1, 1, 1, 0, 0 FROM many;`;
    connection.script(`${rows(4, 10_000)} ${rows(5, 10_001)} ${rows(6, 10_001)} INSERT INTO dirty_days VALUES (1, 6);`);
    migrateTo(connection, migrations);
    expect(connection.all("SELECT site, day FROM dirty_days ORDER BY day")).toEqual([
      { site: 1, day: 5 },
      { site: 1, day: 6 },
    ]);
    connection.close();
  });

  test("leaves the numbers of days alone whose visits have gone", () => {
    using folder = emptyFolder();
    const connection = connect(join(folder.path, "store.sqlite"), "write");
    migrateTo(connection, migrations.slice(0, 9));
    connection.script(`
      INSERT INTO days WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 10001)
      SELECT site, 'page', day, n, 1, 1, 1, 1, 1, 0, 0
      FROM many, (SELECT 1 AS site, 4 AS day UNION SELECT 1, 5 UNION SELECT 2, 4);
      INSERT INTO swept VALUES (1, 5);`);
    migrateTo(connection, migrations);
    expect(connection.all("SELECT site, day FROM dirty_days ORDER BY site")).toEqual([
      { site: 1, day: 5 },
      { site: 2, day: 4 },
    ]);
    connection.close();
  });
});

/** A visit, its profile and its day, as schema 2 keeps them. */
const olderStore = `
INSERT INTO strings (n, text) VALUES (9, 'Chrome');
INSERT INTO profiles VALUES (7, 1, 1, 1, 1, 1, 1, 1, 1, 9, 1, 1, 1);
INSERT INTO sessions VALUES (1, 1, 1, 1, NULL, 1, 0, NULL, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 9, 1, 1, 1);
INSERT INTO days VALUES (1, 'all', 1, 0, 2, 2, 3, 4, 1, 5, 6), (1, 'browser', 1, 9, 2, 2, 3, 4, 1, 5, 6);
`;
