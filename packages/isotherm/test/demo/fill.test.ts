import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SiteQuery, Store } from "@isotherm/collector";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { DemoCounts } from "../../src/demo/counts.js";
import { demoSite, type FillOptions, fillDemo } from "../../src/demo/fill.js";
import type { DemoLayout } from "../../src/demo/layout.js";
import { prepare } from "../../src/setup/prepare.js";
import { sdkFolder } from "../../src/system/sdk-folder.js";
import { openStore } from "../../src/system/store.js";
import { temporaryFolder } from "../temporary-folder.js";

const layout = JSON.parse(
  readFileSync(new URL("../../../../examples/script-tag/demo/layout.json", import.meta.url), "utf8"),
) as DemoLayout;
const timeZone = "Europe/Copenhagen";
// An afternoon; the days before hold the night in which clocks were set back.
const now = Date.UTC(2026, 9, 28, 14);
const small = { layout, timeZone, now: () => now, days: 6, visitsPerDay: 40 };

beforeAll(() => {
  const manifest = join(sdkFolder(), "manifest.json");
  if (!existsSync(manifest)) throw new Error(`${manifest} is missing: run pnpm build first`);
});

async function machine(): Promise<{ store: Store; options: FillOptions }> {
  const data = temporaryFolder();
  const store = await openStore({ database: join(data, "collector/isotherm.db") }, { threads: false });
  onTestFinished(() => store.close());
  const { relay } = await prepare({ store, sites: [], data, now });
  return { store, options: { ...small, store, data, relay } };
}

const query: SiteQuery = {
  site: demoSite.id,
  range: { from: "2026-10-23", to: "2026-10-28" },
  filters: [],
  now,
};

/** What the collector answers, in the generator's words. */
async function answered({ queries }: Store): Promise<Omit<DemoCounts, "events" | "moves">> {
  const { numbers } = await queries.summary(query);
  const { pages } = await queries.pages({ ...query, limit: 100 });
  const breakdown = { ...query, search: "", sort: "visitors", limit: 100, cursor: null } as const;
  const { rows } = await queries.breakdown({ ...breakdown, dimension: "event" });
  const { received, lost, pending } = await queries.delivery(query);
  expect({ lost, pending }).toEqual({ lost: 0, pending: 0 });
  return {
    visits: numbers.visits,
    visitors: numbers.visitors,
    pageViews: numbers.pageViews,
    bounces: Math.round(numbers.bounceRate * numbers.visits),
    duration: Math.round(numbers.visitDuration * numbers.visits),
    batches: received,
    clicks: pages.reduce((sum, { clicks }) => sum + clicks, 0),
    goals: rows.find(({ value }) => value === "trial")?.pageViews ?? 0,
    pages: Object.fromEntries(pages.map(({ page, views, clicks }) => [page, { views, clicks }])),
  };
}

function comparable({ events: _events, moves: _moves, ...counts }: DemoCounts): Omit<DemoCounts, "events" | "moves"> {
  return counts;
}

describe("fillDemo", () => {
  test("sends visits that the collector counts exactly as they were made", async () => {
    const { store, options } = await machine();
    const days: string[] = [];
    const report = await fillDemo({ ...options, onProgress: ({ day }) => days.push(day) });
    expect(report.fresh).toBe(true);
    expect(days).toHaveLength(6);
    expect(report.counts.visits).toBeGreaterThan(150);
    const found = await answered(store);
    expect(Math.abs(found.duration - report.counts.duration)).toBeLessThan(report.counts.visits);
    expect({ ...found, duration: report.counts.duration }).toEqual(comparable(report.counts));

    const site = (await store.registry()).sites.find(({ id }) => id === demoSite.id);
    expect(site).toMatchObject({ demo: true, name: expect.stringContaining("generated") });

    const heat = await store.queries.heatmap({ ...query, page: "/pricing", kind: "click", bucket: null });
    expect(heat.count).toBe(report.counts.pages["/pricing"]?.clicks);
    const known = new Set(
      layout.pages.flatMap(({ sizes }) => sizes.flatMap(({ elements }) => elements.map(({ el }) => el))),
    );
    expect(heat.elements.length).toBeGreaterThan(5);
    for (const { anchor } of heat.elements) expect(known).toContain(anchor);
  }, 60_000);

  test("adds nothing the second time", async () => {
    const { store, options } = await machine();
    const report = await fillDemo(options);
    const before = await answered(store);
    expect(await fillDemo(options)).toEqual({ ...report, fresh: false });
    expect(await answered(store)).toEqual(before);
  }, 60_000);

  test("fills again when the database was deleted", async () => {
    const { options } = await machine();
    const report = await fillDemo(options);
    const store = await openStore({ database: join(options.data, "collector/another.db") }, { threads: false });
    onTestFinished(() => store.close());
    const { relay } = await prepare({ store, sites: [], data: options.data, now });
    expect(await fillDemo({ ...options, store, relay })).toEqual(report);
    expect((await answered(store)).visits).toBe(report.counts.visits);
  }, 60_000);

  test("goes on to the same end after it was cut short", async () => {
    const { store, options } = await machine();
    const cut = new Error("cut short");
    const stop = new AbortController();
    const onProgress = ({ days }: { days: number }): void => {
      if (days === 3) stop.abort(cut);
    };
    await expect(fillDemo({ ...options, onProgress, signal: stop.signal })).rejects.toBe(cut);
    const later = await fillDemo({ ...options, now: () => now + 7_200_000 });
    const found = await answered(store);
    expect({ visits: found.visits, pageViews: found.pageViews, clicks: found.clicks, pages: found.pages }).toEqual({
      visits: later.counts.visits,
      pageViews: later.counts.pageViews,
      clicks: later.counts.clicks,
      pages: later.counts.pages,
    });
  }, 60_000);
});
