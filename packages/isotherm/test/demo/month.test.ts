import { readFileSync } from "node:fs";
import { limits } from "@isotherm/protocol";
import { localDay, localDayRange } from "@isotherm/protocol/seal";
import { readEnvelope } from "@isotherm/protocol/validate";
import { describe, expect, test } from "vitest";
import { demoCounts } from "../../src/demo/counts.js";
import type { DemoLayout } from "../../src/demo/layout.js";
import { month } from "../../src/demo/month.js";
import { demoWidths } from "../../src/demo/people.js";
import type { DemoVisit } from "../../src/demo/visit.js";

const layout = JSON.parse(
  readFileSync(new URL("../../../../examples/script-tag/demo/layout.json", import.meta.url), "utf8"),
) as DemoLayout;
const timeZone = "Europe/Copenhagen";
// Noon, some days after clocks were set back.
const until = Date.UTC(2026, 10, 3, 11);
const made = (options: { seed?: string; days?: number } = {}): { day: string; visits: readonly DemoVisit[] }[] => [
  ...month({ seed: options.seed ?? "one", layout, until, timeZone, days: options.days ?? 30 }),
];
const all = made();
const visits = all.flatMap((one) => one.visits);

describe("the measured layout", () => {
  test("has every page at every width of the visitors' devices, with elements inside the document", () => {
    expect(layout.pages.length).toBeGreaterThanOrEqual(7);
    for (const { path, sizes } of layout.pages) {
      expect(
        sizes.map(({ vw }) => vw),
        path,
      ).toEqual(demoWidths);
      for (const { elements, dw, dh } of sizes) {
        expect(elements.length).toBeGreaterThan(10);
        for (const { box, el } of elements) {
          expect(box[0] + box[2], el).toBeLessThanOrEqual(dw + 1);
          expect(box[1] + box[3], el).toBeLessThanOrEqual(dh + 1);
        }
      }
    }
  });
});

describe("month", () => {
  test("makes the same visits from the same seed, and others from another", () => {
    expect(made({ days: 3 })).toEqual(made({ days: 3 }));
    expect(made({ days: 3, seed: "two" })).not.toEqual(made({ days: 3 }));
  });

  test("makes at least 3,000 visits in 30 local days, the last one today", () => {
    expect(all.map(({ day }) => day)).toHaveLength(30);
    expect(all.at(-1)?.day).toBe(localDay(until, timeZone));
    expect(new Set(all.map(({ day }) => day)).size).toBe(30);
    expect(visits.length).toBeGreaterThanOrEqual(3_000);
  });

  test("ends no visit after now, and none on another local day than it began", () => {
    for (const { day, visits: own } of all) {
      const range = localDayRange(day, timeZone);
      for (const { start, end } of own) {
        expect(start).toBeGreaterThanOrEqual(range.from);
        expect(end).toBeLessThan(range.until);
        expect(end).toBeLessThanOrEqual(until);
        expect(start).toBeLessThan(end);
      }
    }
  });

  test("keeps a person's visits of a day more than 30 minutes apart", () => {
    for (const { visits: own } of all) {
      const ends = new Map<unknown, number>();
      for (const { person, start, end } of own) {
        expect(start - (ends.get(person) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(1_800_000);
        ends.set(person, end);
      }
    }
  });

  test("gives every person an address of their own, of those set aside for documentation", () => {
    const people = new Set(visits.map(({ person }) => person));
    expect(new Set([...people].map(({ address }) => address)).size).toBe(people.size);
    for (const { address } of people) expect(address).toMatch(/^2001:db8:/);
  });

  test("makes only batches that the schemas take, within the limits of one request", () => {
    const ids = new Set<string>();
    for (const { batches } of visits) {
      const body = JSON.stringify({ v: 1, key: `pk_${"a".repeat(24)}`, batches });
      expect(body.length).toBeLessThan(limits.requestBytes);
      const read = readEnvelope(body, { sealed: false });
      if (!read.ok) throw new Error(read.message);
      expect(read.batches.filter(({ ok }) => !ok)).toEqual([]);
      expect(read.batches.map((check) => (check.ok ? check.unknown : 0)).reduce((sum, one) => sum + one)).toBe(0);
      for (const { id } of batches) ids.add(id);
    }
    expect(ids.size).toBe(visits.reduce((sum, { batches }) => sum + batches.length, 0));
  });

  test("numbers the batches of each run of the SDK without a gap", () => {
    const next = new Map<string, number>();
    for (const { batches } of visits) {
      for (const { tab, seq } of batches) {
        expect(seq).toBe(next.get(tab) ?? 0);
        next.set(tab, seq + 1);
      }
    }
  });

  test("presses elements where they are, at the width of the device", () => {
    for (const { batches } of visits.slice(0, 500)) {
      for (const { page, events } of batches) {
        const size = layout.pages
          .find(({ path }) => path === new URL(page.url).pathname)
          ?.sizes.find(({ vw }) => vw === page.vw);
        for (const event of events) {
          if (event.type !== "click") continue;
          const element = size?.elements.find(({ el }) => el === event.el);
          expect(element).toBeDefined();
          const [x, y, width, height] = element?.box ?? [0, 0, 0, 0];
          expect(event.x).toBeGreaterThanOrEqual(x);
          expect(event.x).toBeLessThanOrEqual(x + width);
          expect(event.y).toBeGreaterThanOrEqual(y);
          expect(event.y).toBeLessThanOrEqual(y + height);
          expect(event.fixed ?? false).toBe(element?.fixed ?? false);
        }
      }
    }
  });

  test("looks like people: nights are quiet, some bounce, some convert, some move a mouse", () => {
    const counts = demoCounts();
    for (const { visits: own } of all) counts.add(own);
    const total = counts.total();
    const night = visits.filter(({ start }) => new Date(start).getUTCHours() === 1).length;
    const evening = visits.filter(({ start }) => new Date(start).getUTCHours() === 19).length;
    expect(night * 10).toBeLessThan(evening);
    expect(total.bounces / total.visits).toBeGreaterThan(0.3);
    expect(total.bounces / total.visits).toBeLessThan(0.65);
    expect(total.pageViews / total.visits).toBeGreaterThan(1.6);
    expect(total.goals).toBeGreaterThan(20);
    expect(total.moves).toBeGreaterThan(1_000);
    expect(total.visitors).toBeLessThan(total.visits);
  });
});
