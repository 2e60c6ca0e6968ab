import { describe, expect, test } from "vitest";
import { connect } from "../../../src/store/sqlite/connection.js";
import { migrate } from "../../../src/store/sqlite/migrate.js";
import { migrations } from "../../../src/store/sqlite/schema.js";
import { bench } from "./bench.js";

const step = { version: migrations.length + 1, name: "next", sql: "CREATE TABLE next (n INTEGER) STRICT" };

describe("migrate", () => {
  test("applies each step once, and what is new on top", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    migrate(connection, [...migrations, step]);
    migrate(connection, [...migrations, step]);
    expect(connection.all("SELECT version FROM migrations ORDER BY version")).toHaveLength(migrations.length + 1);
    expect(connection.all("SELECT * FROM next")).toEqual([]);
    connection.close();
  });

  test("refuses a schema that is newer than the code", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    migrate(connection, [...migrations, step]);
    expect(() => migrate(connection)).toThrow(expect.objectContaining({ code: "schema_ahead" }));
    connection.close();
  });

  test("refuses a step that was applied in another form", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    const changed = migrations.map((known) => ({ ...known, sql: `${known.sql} -- changed` }));
    expect(() => migrate(connection, changed)).toThrow(expect.objectContaining({ code: "schema_changed" }));
    connection.close();
  });

  test("leaves nothing of steps that fail", () => {
    using store = bench();
    const connection = connect(store.file, "write");
    const broken = { ...step, sql: `${step.sql}; CREATE TABLE next (n INTEGER) STRICT` };
    expect(() => migrate(connection, [...migrations, broken])).toThrow(/already exists/);
    expect(connection.get("SELECT 1 FROM sqlite_schema WHERE name = 'next'")).toBeUndefined();
    migrate(connection);
    connection.close();
  });
});
