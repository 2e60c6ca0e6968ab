import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  BreakdownAnswer,
  DeliveryAnswer,
  HeatmapAnswer,
  SessionAnswer,
  SessionsAnswer,
  SummaryAnswer,
} from "@isotherm/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scriptTag } from "../kit/script-tag.js";
import { type Site, testSite } from "../kit/site.js";
import { type System, startSystem } from "../kit/system.js";
import { until } from "../kit/until.js";
import { type Expected, type ExpectedVisit, nothing } from "./expected.js";
import { visitAll } from "./script.js";

const folder = mkdtempSync(join(tmpdir(), "isotherm-e2e-"));
const expected: Expected = nothing();
const browsers: Browser[] = [];
let site: Site;
let system: System;

const sum = (counts: Iterable<number>): number => [...counts].reduce((all, one) => all + one, 0);

type Done = Pick<ExpectedVisit, "pageViews" | "clicks" | "events">;

const ask = <T>(query: string): Promise<T> => system.ask<T>(`/sites/${system.site}/${query}`);

beforeAll(async () => {
  site = await testSite();
  system = await startSystem(folder, { behind: site.url });
  site.embed(await scriptTag(system, 1_000));
  await visitAll(system.relay, expected, browsers);
  await until("everything that was done", async () => {
    const { tabs, pending } = await ask<DeliveryAnswer>("delivery?period=day");
    const { sessions } = await ask<SessionsAnswer>("sessions?period=day");
    const all = (visits: readonly Done[]) => ({
      pageViews: sum(visits.map(({ pageViews }) => pageViews)),
      clicks: sum(visits.map(({ clicks }) => clicks)),
      events: sum(visits.map(({ events }) => events)),
    });
    const wanted = { tabs: sum(expected.views.values()) - softViews(), pending: 0, ...all(expected.visits) };
    expect({ tabs, pending, ...all(sessions) }).toEqual(wanted);
    return true;
  });
});

afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await system?.stop();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Soft navigation goes on in the same tab: only a loaded page begins a new run of the SDK. */
function softViews(): number {
  return expected.views.get("/app/step-2") ?? 0;
}

describe("a scripted visitor in Chromium, through relay and collector", () => {
  test("page views agree for every page", async () => {
    const { rows } = await ask<BreakdownAnswer>("breakdown?period=day&dimension=page");
    expect(Object.fromEntries(rows.map(({ value, pageViews }) => [value, pageViews]))).toEqual(
      Object.fromEntries(expected.views),
    );
  });

  test("visits, visitors, bounces and views per visit agree", async () => {
    const { numbers } = await ask<SummaryAnswer>("summary?period=day");
    const { visits } = expected;
    const bounced = visits.filter(({ pageViews, events }) => pageViews === 1 && events === 0);
    expect(numbers.visits).toBe(visits.length);
    expect(numbers.visitors).toBe(visits.length);
    expect(numbers.pageViews).toBe(sum(expected.views.values()));
    expect(numbers.viewsPerVisit).toBeCloseTo(numbers.pageViews / visits.length, 5);
    expect(numbers.bounceRate).toBeCloseTo(bounced.length / visits.length, 5);
  });

  test("each visit agrees, and its duration within 250 ms", async () => {
    const { sessions } = await ask<SessionsAnswer>("sessions?period=day");
    expect(sessions).toHaveLength(expected.visits.length);
    const ordered = sessions.toSorted((a, b) => a.start - b.start);
    for (const [i, visit] of expected.visits.entries()) {
      const bounce = visit.pageViews === 1 && visit.events === 0;
      const { entry, exit, pageViews, clicks, events } = visit;
      expect(ordered[i]).toMatchObject({ entry, exit, pageViews, clicks, events, bounce });
      const [least, most] = bounce ? [0, 0] : [visit.last - visit.firstLatest, visit.last - visit.first];
      expect(ordered[i]?.duration).toBeGreaterThanOrEqual(least - 250);
      expect(ordered[i]?.duration).toBeLessThanOrEqual(most + 250);
    }
  });

  test("clicks agree per anchor and cell, and on the page's grid", async () => {
    const cells = new Map<string, number>();
    const grid = new Map<string, number>();
    for (const path of expected.views.keys()) {
      const heat = await ask<HeatmapAnswer>(`heatmap?period=day&kind=click&page=${encodeURIComponent(path)}`);
      for (const { anchor, cells: inElement } of heat.elements) {
        for (const [ex, ey, n] of inElement) cells.set(`${path} ${anchor.split(" ")[0]} ${ex} ${ey}`, n);
      }
      for (const [column, row, n] of heat.cells) grid.set(`${path} ${column} ${row}`, n);
      for (const [column, row, n] of heat.fixedCells) grid.set(`${path} fixed ${column} ${row}`, n);
    }
    expect(Object.fromEntries(cells)).toEqual(Object.fromEntries(expected.cells));
    expect(Object.fromEntries(grid)).toEqual(Object.fromEntries(expected.grid));
  });

  test("the deepest scroll agrees for every page view", async () => {
    const depths = new Map<string, (number | null)[]>();
    const { sessions } = await ask<SessionsAnswer>("sessions?period=day");
    for (const { id } of sessions.toSorted((a, b) => a.start - b.start)) {
      const { pageViews } = await system.ask<SessionAnswer>(`/sessions/${id}`);
      for (const view of pageViews) depths.set(view.page, [...(depths.get(view.page) ?? []), view.depth]);
    }
    const sorted = (map: Map<string, (number | null)[]>) =>
      Object.fromEntries([...map].map(([path, all]) => [path, all.map(Number).toSorted((a, b) => a - b)]));
    expect(sorted(depths)).toEqual(sorted(expected.depths));
  });

  test("custom events agree", async () => {
    const { rows } = await ask<BreakdownAnswer>("breakdown?period=day&dimension=event");
    expect(Object.fromEntries(rows.map(({ value, pageViews }) => [value, pageViews]))).toEqual(
      Object.fromEntries(expected.events),
    );
  });

  test("nothing is lost and nothing counts twice", async () => {
    const delivery = await ask<DeliveryAnswer>("delivery?period=day");
    // On a busy machine a tab may have told everything more than a second before it closes: there is no last batch then.
    expect(delivery).toMatchObject({ pending: 0, lost: 0, dropped: {}, gone: {}, rate: 1 });
    const heat = await ask<HeatmapAnswer>("heatmap?period=day&kind=click&page=%2F");
    const clicksOnHome = [...expected.cells].filter(([key]) => key.startsWith("/ ")).map(([, n]) => n);
    expect(heat.count).toBe(sum(clicksOnHome));
  });
});
