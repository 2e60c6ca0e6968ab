import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import type { Connection } from "../../../src/store/sql/connection.js";
import type { Database } from "../../../src/store/sql/database.js";
import { sqliteDatabase } from "../../../src/store/sqlite/database.js";
import { benchOn, type CoreBench } from "../bench.js";
import { dump } from "../dump.js";

const start = Date.UTC(2026, 10, 23, 8);
const perView = 100;

/** The nth batch of a visit that clicks every two seconds, on a new page view every now and then. */
function batchOf(n: number, tab = "tab"): SealedBatch {
  const at = start + n * 2_000;
  return sealedBatchOf({
    ...{ id: `0193f0a0-${tab === "tab" ? "0000" : "0001"}-7000-8000-${String(n).padStart(12, "0")}`, tab, seq: n, at },
    visitor: "ada",
    page: pageOf({ id: `${tab}-${Math.floor(n / perView)}`, url: "https://shop.example/", referrer: "" }),
    events: n % perView === 0 ? [{ ...fixtures.page, t: 0 }] : [{ ...fixtures.click, t: 0, n: n % perView }],
    edge: edgeOf({ at: at + 200, visitor: "daily-ada" }),
  });
}

const batches = (from: number, to: number): SealedBatch[] =>
  Array.from({ length: to - from }, (_, index) => batchOf(from + index));

interface CountingBench extends CoreBench {
  /** Rows that the writer read since it was asked last. */
  rows(): number;
}

function countingBench(): CountingBench {
  const folder = mkdtempSync(join(tmpdir(), "isotherm-"));
  const real = sqliteDatabase({ file: join(folder, "store.sqlite") });
  let rows = 0;
  const count = <Row>(found: Row[]): Row[] => {
    rows += found.length;
    return found;
  };
  const counting = (connection: Connection): Connection => ({
    ...connection,
    all: (sql, ...values) => count(connection.all(sql, ...values)),
    table: (sql, ...values) => count(connection.table(sql, ...values)),
    get: <Row>(sql: string, ...values: Parameters<Connection["get"]>[1][]) => {
      const row = connection.get<Row>(sql, ...values);
      count(row === undefined ? [] : [row]);
      return row;
    },
  });
  const database: Database = { ...real, connect: (mode) => counting(real.connect(mode)) };
  const bench = benchOn(database, () => rmSync(folder, { recursive: true }));
  return {
    ...bench,
    rows() {
      const before = rows;
      rows = 0;
      return before;
    },
  };
}

/** Rows that are read while one further batch is projected. */
function rowsOf(store: CountingBench, batch: SealedBatch): number {
  store.rows();
  store.project([batch]);
  return store.rows();
}

describe("a visit of many batches", () => {
  test("reads no more for a further one than a short visit does", () => {
    using store = countingBench();
    store.project(batches(0, 10));
    const short = rowsOf(store, batchOf(10));
    store.project(batches(11, 1_500));
    expect(rowsOf(store, batchOf(1_500))).toBeLessThanOrEqual(short + 2);
    expect(rowsOf(store, batchOf(1_501))).toBeLessThanOrEqual(short + 2);
  });

  test("reads what ends no earlier, where one comes late", () => {
    using store = countingBench();
    store.project(batches(0, 1_000).filter(({ seq }) => seq !== 990));
    const late = rowsOf(store, batchOf(990));
    expect(late).toBeGreaterThan(9);
    expect(late).toBeLessThan(40);
  });

  test("holds what it holds when all of them come at once", () => {
    using one = countingBench();
    using other = countingBench();
    const all = [...batches(0, 250), ...Array.from({ length: 60 }, (_, n) => batchOf(n * 4 + 1, "second"))];
    one.project(all);
    const late = all.filter((_, index) => index % 7 === 3);
    for (const batch of [...all.filter((given) => !late.includes(given)), ...late]) other.project([batch]);
    expect(dump(other.read)).toEqual(dump(one.read));
  });
});
