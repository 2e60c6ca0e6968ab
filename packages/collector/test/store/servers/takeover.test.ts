import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../../../src/store/sql/connection.js";
import { readCore, writeCore } from "../../../src/store/sql/core.js";
import { databaseName, type ServerKind, theServer } from "../../servers/databases.js";
import { drain, recordsOf } from "../bench.js";
import { siteOf } from "../site.js";
import { visitOf } from "../visit.js";

const today = { site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: fixtureTime };

function cutOthers(kind: ServerKind, connection: Connection): void {
  if (kind.name === "postgres") {
    connection.script(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    return;
  }
  const others = connection.table<readonly [number]>(
    "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
  );
  for (const [id] of others) connection.script(`KILL ${id}`);
}

const kind = theServer();

describe(`a server that lost its last commits (${kind.name})`, () => {
  test("is not written or read with what was learnt before", async () => {
    const name = databaseName();
    const database = kind.database(await kind.create(name));
    const [write, read, other] = [writeCore(database), readCore(database), database.connect("write")];
    onTestFinished(async () => {
      write.close();
      read.close();
      other.close();
      await kind.drop(name);
    });
    write.migrate();
    write.putSite(siteOf());
    const project = (from: number, page: string): unknown => {
      const batches = visitOf({ visitor: `visitor of ${page}`, at: fixtureTime + from, pages: [page] });
      return drain(write.project({ journal: "one", from, to: from + 1 }, recordsOf(batches)));
    };
    const asked = { ...today, dimension: "page", search: "", sort: "visits", limit: 10, cursor: null } as const;
    const pages = (): unknown => read.breakdown(asked).rows.map(({ value, visits }) => [value, visits]);
    project(0, "/first");
    expect(pages()).toEqual([["/first", 1]]);

    // As a replica that took over, and had not heard of it.
    const tables = [
      "raw",
      "packed",
      "sessions",
      "page_views",
      "visitors",
      "profiles",
      "strings",
      "words",
      "day_versions",
    ];
    const numbers = other.table<readonly [number]>("SELECT n FROM strings");
    other.write(() => {
      for (const table of [...tables, "heat_parts", "deliveries", "days", "dirty_days", "cursors"]) {
        other.run(`DELETE FROM ${table}`);
      }
      // Others got the numbers meanwhile.
      for (const [n] of numbers) other.run("INSERT INTO strings (n, text) VALUES (?, ?)", n, `other ${n}`);
    });
    cutOthers(kind, other);
    // Whether a call meets the end or what is new depends on who is quicker.
    for (const call of [() => write.ping(), () => read.summary(today)]) {
      try {
        call();
      } catch (error) {
        expect(error).toMatchObject({ code: "store_unavailable" });
      }
    }
    project(0, "/first");
    expect(pages()).toEqual([["/first", 1]]);
  });
});
