import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dimension } from "@isotherm/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { importGa4 } from "../../src/import/import-ga4.js";
import { importPlausible } from "../../src/import/import-plausible.js";
import { encodeArrival } from "../../src/project/record.js";
import { sqliteStore } from "../../src/store/sqlite/store.js";
import type { Store } from "../../src/store/store.js";
import { temporaryFolder } from "../running.js";
import { siteOf } from "../store/site.js";
import { type VisitOptions, visitOf } from "../store/visit.js";

const range = { from: "2023-02-08", to: "2023-02-12" };
const query = { site: "shop", range, filters: [], now: Date.parse("2023-03-01T00:00:00Z") };

async function openStore(...visits: readonly VisitOptions[]): Promise<Store> {
  const store = await sqliteStore({ file: join(await temporaryFolder(), "store.sqlite"), threads: false });
  onTestFinished(() => store.close());
  await store.migrate();
  await store.putSite(siteOf());
  const batches = visits.flatMap(visitOf);
  const records = batches.map((batch) => encodeArrival({ site: "shop", batch, receivedAt: batch.edge.at }).data);
  await store.project({ journal: "one", from: 0, to: records.length, records });
  return store;
}

/** A folder with files as Plausible's export has them: https://plausible.io/docs/csv-import#csv-format-guidelines */
async function plausible(files: {
  readonly [table: string]: readonly (readonly (string | number)[])[];
}): Promise<string> {
  const folder = await temporaryFolder();
  for (const [table, rows] of Object.entries(files)) {
    const text = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell : `"${cell}"`)).join(","));
    await writeFile(join(folder, `imported_${table}_20230209_20230211.csv`), `${text.join("\n")}\n`);
  }
  return folder;
}

const counts = ["visitors", "visits", "visit_duration", "bounces", "pageviews"] as const;
const exported = {
  visitors: [
    ["date", "visitors", "pageviews", "bounces", "visits", "visit_duration"],
    ["2023-02-09", 119, 304, 77, 134, 21_070],
    ["2023-02-10", 166, 325, 117, 180, 21_467],
    ["2023-02-11", 1, 1, 1, 1, 0],
  ],
  sources: [
    ["date", "source", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", ...counts],
    ["2023-02-09", "Google", "google.com", "", "", "", "", "", 23, 25, 8_249, 13, 70],
    ["2023-02-09", "google", "", "google", "cpc", "spring", "", "", 2, 2, 10, 1, 3],
    ["2023-02-09", "", "", "", "", "", "", "", 94, 107, 12_811, 63, 231],
  ],
  pages: [
    ["date", "hostname", "page", "visits", "visitors", "pageviews"],
    ["2023-02-09", "shop.example", "/docs/", 8, 7, 11],
    ["2023-02-09", "www.shop.example", "/docs", 1, 1, 1],
  ],
  entry_pages: [
    ["date", "entry_page", "visitors", "entrances", "visit_duration", "bounces", "pageviews"],
    ["2023-02-09", "/docs", 28, 29, 3_573, 13, 64],
  ],
  custom_events: [
    ["date", "name", "link_url", "path", "visitors", "events"],
    ["2023-02-09", "Signup", "", "", 3, 4],
  ],
  locations: [
    ["date", "country", "region", "city", ...counts],
    ["2023-02-09", "FR", "FR-PAC", 3_027_647, 1, 1, 4, 0, 2],
    ["2023-02-09", "FR", "FR-CVL", 3_032_213, 1, 1, 4, 0, 2],
  ],
  devices: [
    ["date", "device", ...counts],
    ["2023-02-09", "Laptop", 19, 21, 3_545, 11, 36],
    ["2023-02-09", "Desktop", 89, 100, 17_385, 56, 251],
  ],
  browsers: [
    ["date", "browser", "browser_version", ...counts],
    ["2023-02-09", "Microsoft Edge", "111.0", 1, 1, 987, 0, 3],
  ],
  operating_systems: [
    ["date", "operating_system", "operating_system_version", ...counts],
    ["2023-02-09", "Mac", "10.14", 1, 1, 19, 0, 2],
  ],
};

const breakdown = async ({ queries }: Store, dimension: Dimension) => {
  const asked = { ...query, dimension, search: "", sort: "visits", limit: 10, cursor: null } as const;
  const { rows, imported } = await queries.breakdown(asked);
  expect(imported).toBe(rows.length > 0 ? true : undefined);
  return rows.map(({ value, visitors, visits, pageViews }) => [value, visitors, visits, pageViews]);
};

describe("what Plausible exported", () => {
  test("is added up in the summary, in days, and by dimension, in our words, and marked as imported", async () => {
    const store = await openStore();
    const steps: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number): void => void steps.push([done, total]);
    const report = await importPlausible({ store, site: "shop", folder: await plausible(exported), onProgress });
    expect(report).toMatchObject({ rows: 16, own: 0, invalid: 0, begins: null, from: "2023-02-09", to: "2023-02-11" });
    expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
    const summary = await store.queries.summary(query);
    expect(summary).toMatchObject({ imported: true, numbers: { visitors: 286, visits: 315, pageViews: 630 } });
    expect(summary.numbers.bounceRate).toBeCloseTo(195 / 315);
    expect(summary.numbers.visitDuration).toBeCloseTo(42_537_000 / 315);
    const series = await store.queries.series({ ...query, metric: "visits", interval: "day" });
    expect(series).toMatchObject({ imported: true });
    expect(series.points.map(({ value }) => value)).toEqual([0, 134, 180, 1, 0]);
    expect(await breakdown(store, "source")).toEqual([
      ["Direct", 94, 107, 231],
      ["Google", 25, 27, 73],
    ]);
    expect(await breakdown(store, "medium")).toEqual([
      ["(not set)", 117, 132, 301],
      ["cpc", 2, 2, 3],
    ]);
    expect(await breakdown(store, "page")).toEqual([["/docs", 8, 9, 12]]);
    expect(await breakdown(store, "entry")).toEqual([["/docs", 28, 29, 64]]);
    expect(await breakdown(store, "event")).toEqual([["Signup", 3, 3, 4]]);
    expect(await breakdown(store, "country")).toEqual([["FR", 2, 2, 4]]);
    expect(await breakdown(store, "device")).toEqual([["desktop", 108, 121, 287]]);
    expect(await breakdown(store, "browserVersion")).toEqual([["Edge 111", 1, 1, 3]]);
    expect(await breakdown(store, "systemVersion")).toEqual([["macOS 10.14", 1, 1, 2]]);
    expect(await breakdown(store, "city")).toEqual([]);
  });

  test("is in no answer with a filter, of hours, or of other days, and in no export", async () => {
    const store = await openStore();
    await importPlausible({ store, site: "shop", folder: await plausible(exported) });
    const nobody = { visitors: 0, visits: 0, pageViews: 0, viewsPerVisit: 0, bounceRate: 0, visitDuration: 0 };
    const filtered = await store.queries.summary({ ...query, filters: [["is_not", "source", ["Bing"]]] });
    expect([filtered.numbers, filtered.imported]).toEqual([nobody, undefined]);
    const day = { from: "2023-02-09", to: "2023-02-09" };
    const hours = await store.queries.series({ ...query, range: day, metric: "visits", interval: "hour" });
    expect([hours.points.some(({ value }) => value > 0), hours.imported]).toEqual([false, undefined]);
    const compare = { from: "2023-02-08", to: "2023-02-11" };
    const later = await store.queries.summary({ ...query, range: { from: "2023-02-12", to: "2023-02-15" }, compare });
    expect(later).toMatchObject({ numbers: nobody, comparison: { imported: true, numbers: { visits: 315 } } });
    expect(later).not.toHaveProperty("imported");
    const page = await store.queries.exportPage({ site: "shop", model: "days", range, limit: 10, after: null });
    expect(page).toEqual({ rows: [], next: null });
  });

  test("does not change the rates where it says nothing of bounces", async () => {
    const store = await openStore({ visitor: "a", at: Date.parse("2023-02-12T12:00:00Z"), pages: ["/docs"] });
    await importPlausible({ store, site: "shop", folder: await plausible({ pages: exported.pages }) });
    const asked = { ...query, dimension: "page", search: "", sort: "visits", limit: 10, cursor: null } as const;
    const [row] = (await store.queries.breakdown(asked)).rows;
    expect(row).toMatchObject({ value: "/docs", visits: 10, pageViews: 13, bounceRate: 1 });
  });

  test("counts once, however often it is imported, and in its newest form", async () => {
    const store = await openStore();
    for (let i = 0; i < 2; i++) await importPlausible({ store, site: "shop", folder: await plausible(exported) });
    expect((await store.queries.summary(query)).numbers.visits).toBe(315);
    const [header = [], first = []] = exported.visitors;
    const mended = await plausible({ visitors: [header, [...first.slice(0, 4), 140, 21_070]] });
    await importPlausible({ store, site: "shop", folder: mended });
    expect((await store.queries.summary(query)).numbers.visits).toBe(140 + 181);
  });

  test("ends where the site has visits of its own", async () => {
    // Half past midnight in Paris, where the site is.
    const store = await openStore({ visitor: "a", at: Date.parse("2023-02-09T23:30:00Z") });
    const report = await importPlausible({
      store,
      site: "shop",
      folder: await plausible({ visitors: exported.visitors }),
    });
    expect(report).toMatchObject({ stored: 1, own: 2, begins: "2023-02-10", from: "2023-02-09", to: "2023-02-09" });
    expect((await store.queries.summary(query)).numbers.visits).toBe(135);
  });

  test("is read line by line: one that is no good costs itself, and a file of another kind is named", async () => {
    const store = await openStore();
    const [header = [], first = []] = exported.visitors;
    const folder = await plausible({
      visitors: [header, ["2023-02-31", 1, 1, 1, 1, 1], ["2023-02-09", -1], first],
      props: [["x"]],
    });
    const report = await importPlausible({ store, site: "shop", folder });
    expect(report).toMatchObject({ rows: 3, invalid: 2, stored: 1, unused: ["imported_props_20230209_20230211.csv"] });
    for (const wrong of [join(folder, "nowhere"), await temporaryFolder()])
      await expect(importPlausible({ store, site: "shop", folder: wrong })).rejects.toMatchObject({
        code: "import_invalid",
      });
    await expect(importPlausible({ store, site: "blog", folder })).rejects.toMatchObject({ code: "site_unknown" });
  });
});

/** A file as Google Analytics downloads it: tables below lines of comment, days as 20230209. */
async function ga4(...tables: readonly (readonly string[])[]): Promise<string> {
  const file = join(await temporaryFolder(), "ga4.csv");
  const comment = ["# ----------------------------------------", "# Free form 1", "# Start date: 20230209", "# ---"];
  await writeFile(file, tables.map((lines) => [...comment, "", ...lines, ""].join("\r\n")).join("\r\n"));
  return file;
}

describe("what Google Analytics 4 downloaded", () => {
  test("is added up by its tables with days, without its own kind of bounces", async () => {
    const store = await openStore({ visitor: "a", at: Date.parse("2023-02-12T12:00:00Z") });
    const file = await ga4(
      [
        "Date,Active users,Total users,Sessions,Views,Bounce rate",
        ",9,9,9,9,0.5",
        "20230209,8,9,10,20,0.4",
        "20230210,1,1,1,1,1",
      ],
      [
        "Session source / medium,Date,Sessions,Total users",
        "google / organic,20230209,6,5",
        "(direct) / (none),20230209,4,4",
      ],
      ["Country,Date,Total users,Sessions", "France,20230209,5,6", "Atlantis,20230209,4,4"],
      ["Event name,Date,Event count,Total users", "purchase,20230209,3,2"],
      ["Page path and screen class,Views", "/pricing,12"],
      ["Date,City,Sessions", "20230209,Paris,6"],
    );
    const report = await importGa4({ store, site: "shop", file });
    expect(report).toMatchObject({ rows: 7, invalid: 0, begins: "2023-02-12", from: "2023-02-09", to: "2023-02-10" });
    expect(report.unused).toEqual(["Page path and screen class, Views", "Date, City, Sessions"]);
    const { numbers } = await store.queries.summary(query);
    // The one visit of the site's own is a bounce; the others are not in the rate.
    expect(numbers).toMatchObject({ visitors: 11, visits: 12, pageViews: 22, bounceRate: 1, visitDuration: 0 });
    expect(await breakdown(store, "source")).toEqual([
      ["Google", 5, 6, 0],
      ["Direct", 5, 5, 1],
    ]);
    expect(await breakdown(store, "country")).toEqual([
      ["FR", 5, 6, 0],
      ["(not set)", 5, 5, 1],
    ]);
    expect(await breakdown(store, "event")).toEqual([["purchase", 2, 0, 3]]);
  });

  test("is refused where there is nothing in it with days", async () => {
    const store = await openStore();
    const file = await ga4(["Page path and screen class,Views", "/pricing,12"]);
    for (const wrong of [file, `${file}.gone`])
      await expect(importGa4({ store, site: "shop", file: wrong })).rejects.toMatchObject({ code: "import_invalid" });
  });
});
