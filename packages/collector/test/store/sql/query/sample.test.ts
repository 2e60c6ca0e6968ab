import type { HeatKind, HeatmapAnswer } from "@isotherm/protocol";
import { fixtures, fixtureTime } from "@isotherm/protocol/fixtures";
import { describe, expect, test } from "vitest";
import { readCore } from "../../../../src/store/sql/core.js";
import { bench } from "../../sqlite/bench.js";
import { visitOf } from "../../visit.js";

const people = 200;
const query = {
  site: "shop",
  range: { from: "2026-11-21", to: "2026-11-21" },
  now: fixtureTime,
  page: "/pricing",
  bucket: null,
} as const;
const french = [["is", "country", ["FR"]]] as const;

/** A press, a trail of two points and two bands in each of many visits, half of them from France. */
function visits() {
  return Array.from({ length: people }, (_, n) =>
    visitOf({
      ...{ visitor: `visitor-${n}`, at: fixtureTime + n * 100, pages: ["/pricing"] },
      events: [
        { ...fixtures.click, n: 0 },
        { type: "move", t: 900, path: [10, 20, 50, 5, 5] },
        { ...fixtures.attention, t: 1_000 },
      ],
      edge: { country: n % 2 === 0 ? "FR" : "DE" },
    }),
  ).flat();
}

describe("a filtered picture of more batches than are read at once", () => {
  test("is one of a stated share of the visits, the same ones for every kind and again", () => {
    using store = bench();
    store.project(visits());
    const read = readCore(store.database, { presses: 60, trails: 60, bands: 60 });
    const ask = (kind: HeatKind): HeatmapAnswer => read.heatmap({ ...query, kind, filters: french });
    try {
      const click = ask("click");
      expect(click.sample).toBe(0.25);
      expect(click.views).toBe(people / 2);
      expect(click.count).toBeGreaterThan(0);
      expect(click.count).toBeLessThan(people / 4);
      expect(click.count / (people / 2)).toBeCloseTo(0.25, 0);
      expect(ask("move").count).toBe(click.count * 2);
      expect(ask("attention").bands.reduce((sum, ms) => sum + ms, 0)).toBe(click.count * 5_000);
      expect(ask("click")).toEqual(click);
    } finally {
      read.close();
    }
  });

  test("says nothing of a sample where all were read", () => {
    using store = bench();
    store.project(visits());
    const filtered = store.read.heatmap({ ...query, kind: "click", filters: french });
    expect(filtered).not.toHaveProperty("sample");
    expect(filtered.count).toBe(people / 2);
    const read = readCore(store.database, { presses: 60, trails: 60, bands: 60 });
    try {
      const whole = read.heatmap({ ...query, kind: "click", filters: [] });
      expect(whole).not.toHaveProperty("sample");
      expect(whole.count).toBe(people);
    } finally {
      read.close();
    }
  });
});
