import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../../../src/store/sql/connection.js";
import { type ReadCore, readCore, type WriteCore, writeCore } from "../../../src/store/sql/core.js";
import { type ServerKind, theServer } from "../../servers/databases.js";
import { opening } from "../../servers/opening.js";
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

/** As a replica that took over, and had heard of nothing but the site. */
function loseAll(kind: ServerKind, connection: Connection): void {
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
  connection.write(() => {
    for (const table of [...tables, "heat_parts", "deliveries", "days", "dirty_days", "cursors"]) {
      connection.run(`DELETE FROM ${table}`);
    }
  });
  cutOthers(kind, connection);
}

/** Has a core find out. */
function meet(call: () => unknown): void {
  // Whether a call meets the end or what is new depends on who is quicker.
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ code: "store_unavailable" });
  }
}

const pagesOf = (read: ReadCore): unknown => {
  const asked = { ...today, dimension: "page", search: "", sort: "visits", limit: 10, cursor: null } as const;
  return read.breakdown(asked).rows.map(({ value, visits }) => [value, visits]);
};

function project(write: WriteCore, journal: string, page: string): void {
  const from = write.cursor(journal);
  const batches = visitOf({ visitor: `visitor ${from} of ${journal}`, at: fixtureTime + from, pages: [page] });
  drain(write.project({ journal, from, to: from + 1 }, recordsOf(batches)));
}

const kind = theServer();

describe(`a server that lost its last commits (${kind.name})`, () => {
  test("is not written or read with what was learnt before", async () => {
    const { url, connect } = await opening();
    const database = kind.database(url);
    const [write, read, other] = [writeCore(database), readCore(database), connect()];
    onTestFinished(() => {
      write.close();
      read.close();
    });
    write.migrate();
    write.putSite(siteOf());
    project(write, "one", "/first");
    expect(pagesOf(read)).toEqual([["/first", 1]]);
    const numbers = other.table<readonly [number]>("SELECT n FROM strings");
    loseAll(kind, other);
    // Others got the numbers meanwhile.
    other.write(() => {
      for (const [n] of numbers) other.run("INSERT INTO strings (n, text) VALUES (?, ?)", n, `other ${n}`);
    });
    for (const call of [() => write.ping(), () => read.summary(today)]) meet(call);
    project(write, "one", "/first");
    expect(pagesOf(read)).toEqual([["/first", 1]]);
  });

  test("keeps each text once, however long, whoever of several collectors meets it first", async () => {
    const { url, connect } = await opening();
    const database = kind.database(url);
    const [one, two, read, other] = [writeCore(database), writeCore(database), readCore(database), connect()];
    onTestFinished(() => {
      for (const core of [one, two, read]) core.close();
    });
    one.migrate();
    one.putSite(siteOf());
    // Longer than what any index holds of them, and alike up to there.
    const [a, b] = ["a", "b"].map((end) => `/${"long-".repeat(400)}${end}`) as [string, string];
    project(one, "one", a);
    project(two, "two", a);
    project(two, "two", b);
    project(one, "one", b);
    loseAll(kind, other);
    for (const core of [two, one]) meet(() => core.ping());
    project(two, "two", b);
    project(two, "two", a);
    project(one, "one", a);
    project(one, "one", b);
    expect(pagesOf(read)).toEqual([
      [a, 2],
      [b, 2],
    ]);
    for (const table of ["strings", "words"]) {
      const twice = `SELECT text FROM ${table} GROUP BY text HAVING count(*) > 1`;
      expect(other.table(twice)).toEqual([]);
    }
  });
});
