import { edgeOf, fixtures, fixtureTime, sealedBatchOf } from "@isotherm/protocol/fixtures";
import { expect, test } from "vitest";
import { encodeArrival } from "../project/record.js";
import { exportColumns, exportModels } from "./export.js";
import type { ImportedRow } from "./imported.js";
import type { Store } from "./store.js";

const range = { from: "2026-11-20", to: "2026-11-22" };
const shop = { site: "shop", range, filters: [], now: fixtureTime } as const;
const counted = { visitors: 3, visits: 4, rated: 4, pageViews: 5, bounces: 1, duration: 8_000 };
const imported = (day: string, own: Partial<ImportedRow> = {}): ImportedRow => ({
  ...{ dimension: "all", day, value: "", ...counted },
  ...own,
});

/** Tests what leaves a store whole, and what comes into it counted. `start` gives a store that has the site `shop`. */
export function exportConformance(start: () => Promise<{ readonly store: Store }>): void {
  const stocked = async (): Promise<Store> => {
    const { store } = await start();
    const batches = [0, 1, 2].map((n) =>
      sealedBatchOf({
        ...{ tab: `tab-${n}`, visitor: `visitor-${n}`, at: fixtureTime + n },
        events: [fixtures.page, { ...fixtures.click, rage: false }, fixtures.move, fixtures.custom, fixtures.goal],
        edge: edgeOf({ at: fixtureTime + n + 500 }),
      }),
    );
    const records = batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at }).data);
    await store.project({ journal: "one", from: 0, to: 3, records });
    return store;
  };

  test("exports every row once, however few are asked for at once", async () => {
    const { queries } = await stocked();
    for (const model of exportModels) {
      const read = async (limit: number): Promise<readonly unknown[]> => {
        const rows: unknown[] = [];
        for (let after: string | null = null; ; ) {
          const page = await queries.exportPage({ site: "shop", model, range, limit, after });
          rows.push(...page.rows);
          after = page.next;
          if (after === null) return rows;
        }
      };
      const all = await read(1_000);
      expect(await read(1), model).toEqual(all);
      expect(all.length, model).toBeGreaterThanOrEqual(3);
      for (const row of all) expect(row, model).toHaveLength(exportColumns[model].length);
    }
  });

  test("answers what heat-collector is asked", async () => {
    const { queries } = await stocked();
    const which = { site: "shop", path: null, from: null, to: null, limit: 3, offset: 2 } as const;
    const rows = await queries.heatRows({ ...which, type: "all" });
    // A view, a press, three points and two events of each.
    expect([rows.total, rows.events.length]).toEqual([21, 3]);
    const clicks = await queries.heatPicture({ ...which, type: "click", resolution: 64, bucket: null });
    expect(clicks.meta).toMatchObject({ total: 3, plotted: 3 });
    const { total, sessions } = await queries.heatSessions({ ...which, offset: 0, user: null });
    expect([total, sessions.map(({ eventCount }) => eventCount)]).toEqual([3, [7, 7, 7]]);
    const id = sessions[0]?.sessionId ?? "";
    const found = await queries.heatSession({ sites: ["shop"], id, type: "move", limit: 10, offset: 0 });
    expect([found.session?.id, found.total]).toEqual([id, 3]);
  });

  test("adds imported days up where no filter is, anew or to what is there, and none of its own days", async () => {
    const { putImported, queries } = await stocked();
    const put = (rows: readonly ImportedRow[], anew: readonly string[] = []) =>
      putImported({ site: "shop", origin: "plausible", anew: anew.map((day) => ["all", day]), rows });
    expect(await put([imported("2026-11-20"), imported("2026-11-21")])).toEqual({
      ...{ stored: 1, own: 1, begins: "2026-11-21" },
    });
    const visits = async (): Promise<number> => (await queries.summary(shop)).numbers.visits;
    expect(await visits()).toBe(3 + 4);
    await put([imported("2026-11-20")]);
    expect(await visits()).toBe(3 + 8);
    await put([imported("2026-11-20")], ["2026-11-20"]);
    expect(await visits()).toBe(3 + 4);
    expect(await queries.summary(shop)).toMatchObject({ imported: true, numbers: { pageViews: 3 + 5, visitors: 6 } });
    const series = await queries.series({ ...shop, metric: "visits", interval: "day" });
    expect(series.points.map(({ value }) => value).slice(0, 2)).toEqual([4, 3]);
    const filtered = await queries.summary({ ...shop, filters: [["is_not", "source", ["Bing"]]] });
    expect([filtered.numbers.visits, filtered.imported]).toEqual([3, undefined]);
    await put([imported("2026-11-20", { dimension: "country", value: "NZ" })]);
    const asked = { ...shop, dimension: "country", search: "NZ", sort: "visits", limit: 5, cursor: null } as const;
    const { rows } = await queries.breakdown(asked);
    expect(rows).toEqual([
      { value: "NZ", visitors: 3, visits: 4, pageViews: 5, bounceRate: 0.25, visitDuration: 2_000 },
    ]);
    const nowhere = putImported({ site: "nowhere", origin: "ga4", anew: [], rows: [] });
    await expect(nowhere).rejects.toMatchObject({ code: "site_unknown" });
  });
}
