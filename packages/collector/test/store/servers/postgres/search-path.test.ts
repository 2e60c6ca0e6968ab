import { describe, expect, test } from "vitest";
import type { Connection } from "../../../../src/store/sql/connection.js";
import { migrate } from "../../../../src/store/sql/migrate.js";
import { theServer } from "../../../servers/databases.js";
import { type Opening, opening } from "../../../servers/opening.js";

/** A connection that looks for tables in these schemas, as a role's may. */
function looking({ url, connect }: Opening, path: string): Connection {
  const address = new URL(url);
  address.searchParams.set("options", `-c search_path=${path}`);
  const connection = connect(address.href);
  connection.script("SET lock_timeout = 300");
  return connection;
}

/** Whether one can write while the other does. */
function isFree(one: Connection, other: Connection): boolean {
  return other.write(() => {
    try {
      one.write(() => undefined);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "store_unavailable" });
      return false;
    }
  });
}

describe("roles with paths of their own", () => {
  test("write in turns where they find the same tables, and beside each other where they do not", async () => {
    const place = await opening();
    const admin = place.connect();
    admin.script("CREATE SCHEMA elsewhere; CREATE SCHEMA apart");
    const [own, early, apart] = ["public", "elsewhere,public", "apart"].map((path) => looking(place, path));
    if (!own || !early || !apart) throw new Error("no connection");
    const database = theServer().database(place.url);
    // It connects before there is a table to be told by.
    early.get("SELECT 1 AS one");
    migrate(own, database);
    migrate(apart, database);
    const late = looking(place, "elsewhere,public");
    expect(isFree(own, early)).toBe(false);
    expect(isFree(late, own)).toBe(false);
    expect(isFree(own, late)).toBe(false);
    expect(isFree(apart, own)).toBe(true);
    own.write(() => undefined);
  });

  test("add to the tables that they find, and begin none of their own", async () => {
    const place = await opening();
    place.connect().script("CREATE SCHEMA elsewhere");
    const database = theServer().database(place.url);
    const own = looking(place, "public");
    migrate(own, database);
    const step = { version: 100, name: "next", sql: "CREATE TABLE apples (n INTEGER PRIMARY KEY) STRICT" };
    migrate(looking(place, "elsewhere,public"), { ...database, migrations: [...database.migrations, step] });
    expect(own.all("SELECT n FROM apples")).toEqual([]);
    expect(own.table("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", "elsewhere")).toEqual(
      [],
    );
  });
});
