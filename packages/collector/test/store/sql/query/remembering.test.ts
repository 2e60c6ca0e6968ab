import type { Event, Filter, SealedBatch } from "@isotherm/protocol";
import { edgeOf, fixtures, fixtureTime, pageOf, sealedBatchOf } from "@isotherm/protocol/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCore } from "../../../../src/store/sql/core.js";
import { dump } from "../../dump.js";
import { histories, shuffled } from "../../history.js";
import { settle } from "../../settle.js";
import { shareOf } from "../../share.js";
import { bench } from "../../sqlite/bench.js";

const choices: readonly (readonly Filter[])[] = [
  [],
  [["is", "source", ["google"]]],
  [["is", "page", ["/pricing", "/"]]],
  [
    ["is_not", "event", ["event-1"]],
    ["contains", "entry", ["o"]],
  ],
];

const france = [["is", "country", ["FR"]]] as const;
const secondDay = { site: "shop", range: { from: "2026-11-22", to: "2026-11-22" }, now: fixtureTime, page: "/" };
/** Midnight in Paris. */
const midnight = Date.UTC(2026, 10, 21, 23);

/** A batch of one tab and page view, some minutes after midnight or before. */
const batchAt = (minutes: number, view: string, events: readonly Event[]): SealedBatch => {
  const at = midnight + minutes * 60_000;
  return sealedBatchOf({
    ...{ tab: "night", visitor: "owl", seq: minutes + 100, at, events },
    page: pageOf({ id: view, url: "https://shop.example/", referrer: "" }),
    edge: edgeOf({ at: at + 100, country: "FR" }),
  });
};

describe("what was remembered of a day", () => {
  test("goes when a visit of the day before takes in what came too early", () => {
    using store = bench();
    const moves = (): number => store.read.heatmap({ ...secondDay, kind: "move", bucket: null, filters: france }).count;
    store.project([batchAt(-90, "z", [{ type: "page", t: 0 }])]);
    store.project([batchAt(5, "a", [{ type: "move", t: 0, path: [10, 20] }])]);
    expect(moves()).toBe(0);
    store.project([batchAt(-5, "a", [{ type: "page", t: 0 }])]);
    expect(moves()).toBe(1);
  });

  test("goes when a page view turns out to have begun the day before", () => {
    using store = bench();
    const views = (): number => store.read.heatmap({ ...secondDay, kind: "scroll", bucket: null, filters: [] }).views;
    store.project([batchAt(-5, "a", [{ type: "page", t: 0 }]), batchAt(3, "b", [{ type: "page", t: 0 }])]);
    expect(views()).toBe(1);
    store.project([batchAt(-2, "b", [{ ...fixtures.click, t: 0 }])]);
    expect(views()).toBe(0);
  });
});

describe("a reader that was asked before", { timeout: 120_000 }, () => {
  test("answers like one that was not, whatever was written in between", () => {
    fc.assert(
      fc.property(
        histories.chain((batches) => fc.tuple(shuffled(batches), fc.constantFrom(...choices), fc.boolean())),
        ([chunks, filters, renew]) => {
          using store = bench();
          for (const chunk of chunks) {
            store.project(chunk);
            if (renew) settle(store.write);
            const fresh = readCore(store.database);
            try {
              // As texts: a difference between two wholes takes minutes to print.
              expect(JSON.stringify(dump(store.read, filters)) === JSON.stringify(dump(fresh, filters))).toBe(true);
            } finally {
              fresh.close();
            }
          }
        },
      ),
      { numRuns: shareOf(6) },
    );
  });
});
