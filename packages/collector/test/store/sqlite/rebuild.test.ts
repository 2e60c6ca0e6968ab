import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connect } from "../../../src/store/sqlite/connect.js";
import type { RebuildModel, RebuildStep } from "../../../src/store/store.js";
import { dump } from "../dump.js";
import { histories } from "../history.js";
import { settle } from "../settle.js";
import { visitOf } from "../visit.js";
import { type Bench, bench } from "./bench.js";

function rebuild({ write }: Bench, model: RebuildModel, between: () => void = () => undefined): readonly RebuildStep[] {
  const steps: RebuildStep[] = [];
  let at: RebuildStep["next"] = null;
  do {
    const step = write.rebuild(model, at);
    steps.push(step);
    at = step.next;
    between();
  } while (at !== null);
  return steps;
}

function damage({ file }: Bench, sql: string): void {
  const connection = connect(file, "write");
  connection.script(sql);
  // What readers remember of days no longer holds.
  connection.script("UPDATE day_versions SET version = version + 1");
  connection.close();
}

/** Ways in which a model can go wrong, and what mends them. */
const damages: readonly (readonly [name: string, model: RebuildModel, sql: string])[] = [
  ["visits that are gone", "sessions", "DELETE FROM sessions WHERE n % 2 = 0"],
  ["all visits gone", "sessions", "DELETE FROM sessions; DELETE FROM page_views"],
  [
    "wrong counts",
    "sessions",
    "UPDATE sessions SET page_views = 99, bounce = 1 - bounce, start = start - 5000; DELETE FROM page_views",
  ],
  ["page views of nobody", "sessions", "UPDATE page_views SET session = session + 1000"],
  ["batches that belong to no visit", "sessions", "UPDATE raw SET session = NULL WHERE n % 3 = 0"],
  [
    "batches that belong to others' visits",
    "sessions",
    "UPDATE raw SET session = (SELECT min(n) FROM sessions) WHERE n % 2 = 0 AND session IS NOT NULL",
  ],
  ["wrong days", "days", "UPDATE days SET visits = visits + 7; DELETE FROM dirty_days"],
  ["lost heat", "heat", "DELETE FROM heat_parts WHERE n % 2 = 0"],
  [
    "heat twice, and verdicts lost",
    "heat",
    "INSERT INTO heat_parts (site, page, kind, day, bucket, from_raw, to_raw, level, data) SELECT site, page, kind, day, bucket, from_raw + 1000000, to_raw, level, data FROM heat_parts; UPDATE verdicts SET raw = NULL; UPDATE packed SET presses = NULL",
  ],
];

describe("rebuilding", { timeout: 300_000 }, () => {
  test.each(damages)("mends %s", (_, model, sql) => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        for (let from = 0; from < batches.length; from += 5) store.project(batches.slice(from, from + 5));
        settle(store.write);
        const before = dump(store.read);
        const filtered = dump(store.read, [["is_not", "source", ["nowhere"]]]);
        damage(store, sql);
        const steps = rebuild(store, model);
        expect(steps.at(-1)?.next).toBeNull();
        expect(dump(store.read)).toEqual(before);
        expect(dump(store.read, [["is_not", "source", ["nowhere"]]])).toEqual(filtered);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  test("sees the damage that it mends", () => {
    const start = Date.UTC(2026, 10, 21, 8);
    using store = bench();
    store.project(visitOf({ visitor: "a", at: start, pages: ["/", "/b"] }));
    settle(store.write);
    const visits = (): number =>
      store.read.summary({ site: "shop", range: { from: "2026-11-21", to: "2026-11-21" }, filters: [], now: start })
        .numbers.visits;
    damage(store, "UPDATE days SET visits = 8");
    expect(visits()).toBe(8);
    rebuild(store, "days");
    expect(visits()).toBe(1);
  });

  test.each(["sessions", "heat", "days"] as const)("of %s leaves the same when batches arrive meanwhile", (model) => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        using straight = bench();
        straight.project(batches);
        const half = Math.ceil(batches.length / 2);
        store.project(batches.slice(0, half));
        const waiting = [...batches.slice(half)];
        rebuild(store, model, () => {
          const some = waiting.splice(0, 3);
          if (some.length > 0) store.project(some);
        });
        store.project(waiting);
        expect(dump(store.read)).toEqual(dump(straight.read));
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
