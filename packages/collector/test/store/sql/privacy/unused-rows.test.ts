import { fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { encodeHeat } from "../../../../src/store/derive/heat-code.js";
import { addCell, noHeat } from "../../../../src/store/derive/heat-counts.js";
import type { Connection, Value } from "../../../../src/store/sql/connection.js";
import { benchOn } from "../../bench.js";
import { bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

/** More than enough for the search, and more batches than one step reads. */
const most = { steps: 200, batches: 400 };

/** Notes how many bytes a connection reads. */
function counting(connection: Connection, read: (bytes: number) => void): Connection {
  return {
    ...connection,
    all<Row>(sql: string, ...values: readonly Value[]) {
      const rows = connection.all<Row>(sql, ...values);
      for (const row of rows)
        for (const value of Object.values(row as object)) if (value instanceof Uint8Array) read(value.length);
      return rows;
    },
  };
}

describe("the search for what nothing refers to", () => {
  test("reads little of the heat in each step, however much there is, and spares all that heat alone names", () => {
    using plain = bench();
    let bytes = 0;
    const { connect } = plain.database;
    const database = {
      ...plain.database,
      connect: (mode: "write" | "read") => counting(connect(mode), (n) => (bytes += n)),
    };
    using store = benchOn(database, () => undefined);
    const connection = connect("write");
    const named = Array.from({ length: 400 }, (_, n) => `element ${n}`);
    for (const text of [...named, "named by none"]) connection.run("INSERT INTO strings (text) VALUES (?)", text);
    const numbers = new Map(
      connection.all<{ n: number; text: string }>("SELECT n, text FROM strings").map(({ n, text }) => [text, n]),
    );
    // Each part has a cell of an element of its own, and thousands of the page's.
    const sizes = named.map((text, n) => {
      const counts = noHeat();
      addCell(counts.inside, 2 * (numbers.get(text) ?? 0), 7, 1);
      for (let cell = 0; cell < (n === 200 ? 200_000 : 10_000); cell++) addCell(counts.onPage, 0, 100 * cell, 1);
      const data = encodeHeat(counts);
      const place = [1, numbers.get("element 0") ?? 0, 20_000 + n, "click", 1_280];
      connection.run(
        "INSERT INTO heat_parts (site, page, day, kind, bucket, from_raw, to_raw, level, data) VALUES (?, ?, ?, ?, ?, 0, 1, 0, ?)",
        ...[...place, data],
      );
      return data.length;
    });
    const largest = Math.max(...sizes);
    expect(sizes.reduce((all, size) => all + size)).toBeGreaterThan(4_000_000);
    connection.run("UPDATE text_state SET stale = 1");
    const steps: number[] = [];
    for (let more = true; more; steps.push(bytes)) {
      if (steps.length > 1_000) throw new Error("it does not end");
      bytes = 0;
      more = store.write.sweep(fixtureTime);
    }
    expect(Math.max(...steps)).toBeLessThanOrEqual(largest);
    expect(steps.filter((read) => read > 200_000)).toEqual([largest]);
    const left = connection.table<readonly [string]>("SELECT text FROM strings").flat();
    expect(left).toEqual(expect.arrayContaining(named));
    expect(left).not.toContain("named by none");
    connection.close();
  });

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
