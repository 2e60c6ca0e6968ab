import type { HeatmapAnswer } from "@isotherm/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allVisits, dump, wholeRange } from "../dump.js";
import { histories, historyPages, shuffled } from "../history.js";
import { peopleOf, referenceClicks, referenceVisits } from "../reference.js";
import { settle } from "../settle.js";
import { shareOf, shareTimeout } from "../share.js";
import { bench } from "./bench.js";

const runs = { numRuns: shareOf(100) };
const everything = [["is_not", "source", ["a place that sends nobody"]]] as const;
const query = { site: "shop", range: wholeRange, filters: [], now: Date.UTC(2026, 11, 24, 12) };

function cellsOf({ elements }: HeatmapAnswer): ReadonlyMap<string, number> {
  const cells = new Map<string, number>();
  for (const { anchor, fixed, cells: inside, at } of elements) {
    for (const [x, y, count] of inside) cells.set(`in ${anchor} ${fixed} ${x},${y}`, count);
    for (const [x, y, count] of at) cells.set(`at ${anchor} ${fixed} ${x},${y}`, count);
  }
  return cells;
}

describe("the models of a random history", { timeout: shareTimeout }, () => {
  test("hold the visits that the definitions say", () => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        store.project(batches);
        const expected = referenceVisits(batches);
        expect(allVisits(store.read)).toMatchObject(expected.map(({ user, ...visit }) => visit));
        const { numbers } = store.read.summary(query);
        const sum = (count: (visit: (typeof expected)[number]) => number): number =>
          expected.reduce((total, visit) => total + count(visit), 0);
        expect(numbers.visits).toBe(expected.length);
        expect(numbers.pageViews).toBe(sum((visit) => visit.pageViews));
        expect(numbers.bounceRate * Math.max(expected.length, 1)).toBeCloseTo(sum((visit) => Number(visit.bounce)));
        expect(numbers.visitDuration * Math.max(expected.length, 1)).toBeCloseTo(sum((visit) => visit.duration));
      }),
      runs,
    );
  });

  test("hold every click at its element and on the page, and which were dead or in rage", () => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        store.project(batches);
        for (const page of historyPages) {
          const expected = referenceClicks(batches, page);
          const click = store.read.heatmap({ ...query, page, kind: "click", bucket: null });
          expect(cellsOf(click)).toEqual(expected.cells);
          expect(click.elements.reduce((sum, { dead }) => sum + dead, 0)).toBe(expected.dead);
          expect(click.elements.reduce((sum, { rage }) => sum + rage, 0)).toBe(expected.rage);
          const views = peopleOf(batches).filter(
            (batch) =>
              batch.events[0]?.type === "page" &&
              batch.page.nav === "load" &&
              new URL(batch.page.url).pathname === page,
          );
          expect(click.views).toBe(views.length);
          expect(store.read.heatmap({ ...query, page, kind: "dead", bucket: null }).count).toBe(expected.dead);
        }
      }),
      runs,
    );
  });

  test("are the same for every order, repetition and cut into chunks", () => {
    fc.assert(
      fc.property(
        histories.chain((batches) => fc.tuple(fc.constant(batches), shuffled(batches))),
        ([batches, chunks]) => {
          using straight = bench();
          straight.project(batches);
          using crooked = bench();
          let stored = 0;
          for (const chunk of chunks) stored += crooked.project(chunk).stored;
          expect(stored).toBe(batches.length);
          expect(dump(crooked.read)).toEqual(dump(straight.read));
        },
      ),
      runs,
    );
  });

  test("answer the same from day rows, from visits, and from batches where a filter lets all pass", () => {
    fc.assert(
      fc.property(histories, (batches) => {
        using store = bench();
        store.project(batches);
        const fromVisits = dump(store.read);
        expect(dump(store.read, everything)).toEqual(fromVisits);
        settle(store.write);
        expect(dump(store.read)).toEqual(fromVisits);
      }),
      runs,
    );
  });
});
