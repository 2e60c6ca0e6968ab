import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { migrate } from "../../src/store/sql/migrate.js";
import { connect } from "../../src/store/sqlite/connect.js";
import { sqliteDatabase } from "../../src/store/sqlite/database.js";

const page = readFileSync(new URL("../../../../docs/privacy.md", import.meta.url), "utf8");
/** The second column of the table of what is kept. */
const listed = [...page.matchAll(/^\|[^|]+\|([^|]+)\|[^|]+\|[^|]+\|$/gm)].flatMap(([, where = ""]) =>
  [...where.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
);

function tables(): readonly string[] {
  const connection = connect(":memory:", "write");
  try {
    migrate(connection, sqliteDatabase({ file: ":memory:" }));
    return connection
      .table<[string]>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      .map(([name]) => name);
  } finally {
    connection.close();
  }
}

test("docs/privacy.md says of every table of the database what is in it and when it goes, and of no other", () => {
  // Kept only by servers, which cannot take back a step of the schema.
  expect(listed.toSorted()).toEqual([...tables(), "migration_progress"].toSorted());
});
