import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

/** More than enough for the search, and more batches than one step reads. */
const most = { steps: 200, batches: 400 };

describe("the search for what nothing refers to", () => {
  test("ends while more batches come between two steps than one reads, and spares what only they refer to", () => {
    using store = bench();
    const { database, write } = store;
    store.project(visitOf({ visitor: "ada", at: fixtureTime }));
    const connection = database.connect("write");
    const columns = connection
      .table<readonly [string]>("SELECT name FROM pragma_table_info('raw') WHERE name NOT IN ('n', 'id', 'title')")
      .map(([name]) => `"${name}"`)
      .join(", ");
    const come = (text: string): void =>
      connection.run(
        `INSERT INTO raw (id, title, ${columns})
         WITH RECURSIVE many (m) AS (SELECT 1 UNION ALL SELECT m + 1 FROM many WHERE m < ${most.batches})
         SELECT randomblob(16), (SELECT n FROM strings WHERE text = ?), ${columns} FROM raw, many WHERE raw.n = 1`,
        text,
      );
    const texts = () => connection.table<readonly [string]>("SELECT text FROM strings WHERE text LIKE 'late %'").flat();
    for (let n = 0; n <= most.steps; n++) connection.run("INSERT INTO strings (text) VALUES (?)", `late ${n}`);
    connection.run("UPDATE text_state SET stale = 1");
    const met: string[] = [];
    for (let step = 0; step === 0 || write.sweep(fixtureTime); step++) {
      if (step > most.steps) throw new Error("it does not end as long as batches come");
      const text = `late ${step}`;
      if (texts().includes(text)) met.push(text);
      come(text);
    }
    expect(met.length).toBeGreaterThan(3);
    expect(texts()).toEqual(met);
    expect(connection.get("SELECT stale FROM text_state")).toEqual({ stale: 0 });
    connection.close();
  });
});
