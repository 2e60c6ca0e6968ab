import type {
  HeatmapAnswer,
  PagesAnswer,
  Refusal,
  SeriesAnswer,
  SitesAnswer,
  SixNumbers,
  SnapshotsAnswer,
  SummaryAnswer,
} from "@isotherm/protocol";

const period = { from: "2026-10-23", to: "2026-11-21", timeZone: "Europe/Paris" };
const before = { from: "2026-09-23", to: "2026-10-22", timeZone: "Europe/Paris" };
const numbers: SixNumbers = {
  visitors: 8_412,
  visits: 10_377,
  pageViews: 31_204,
  viewsPerVisit: 3.007,
  bounceRate: 0.41,
  visitDuration: 162_000,
};

/** What a collector would know; a test changes it in place. */
export interface Known {
  sites: SitesAnswer;
  summary: SummaryAnswer;
  series: SeriesAnswer;
  pages: PagesAnswer;
  heatmap: HeatmapAnswer;
  snapshots: SnapshotsAnswer;
}

export const known = (): Known => ({
  sites: {
    sites: [
      { id: "shop", name: "Northwind", timeZone: "Europe/Paris", demo: true },
      { id: "docs", name: "Manual", timeZone: "Europe/Paris", demo: false },
    ],
  },
  summary: {
    asOf: 1,
    period,
    numbers,
    comparison: { period: before, numbers: { ...numbers, visitors: 10_000, bounceRate: 0.46 } },
    current: 14,
  },
  series: {
    asOf: 1,
    period,
    metric: "visitors",
    interval: "day",
    points: [
      { at: "2026-11-20", value: 300 },
      { at: "2026-11-21", value: 120, partial: true },
    ],
  },
  pages: {
    asOf: 1,
    period,
    pages: [
      { page: "/", title: "Home", views: 900, clicks: 120 },
      { page: "/pricing", title: "Prices", views: 400, clicks: 60 },
    ],
  },
  heatmap: {
    asOf: 1,
    period,
    page: "/",
    kind: "click",
    bucket: 1280,
    widths: [
      { bucket: 0, views: 400 },
      { bucket: 1280, views: 900 },
    ],
    views: 900,
    count: 120,
    size: { width: 1280, height: 4200, fold: 720 },
    cells: [[64, 27, 100]],
    fixedCells: [[10, 1, 20]],
    elements: [
      { anchor: "#buy button=1x2", count: 100, rage: 4, dead: 0, cells: [], at: [[64, 27, 100]], fixed: false },
      { anchor: "#menu>a:2 a=zz", count: 20, rage: 0, dead: 0, cells: [], at: [[10, 1, 20]], fixed: true },
    ],
    bands: [],
  },
  snapshots: { snapshots: [] },
});

export const key: string = `rd_${"a".repeat(32)}`;

/** A collector as `fetch` sees it: one key, typed answers, and every address that was asked. */
export function collector(answers: Known) {
  const asked: URL[] = [];
  const refuse = (status: number, refusal: Refusal): Response => new Response(JSON.stringify(refusal), { status });
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    asked.push(url);
    if (request.headers.get("authorization") !== `Bearer ${key}`) {
      return refuse(401, {
        error: "unauthorized",
        code: "token_invalid",
        message: "unknown read key",
        requestId: "r1",
      });
    }
    const name = url.pathname.split("/").at(-1) as keyof Known;
    const answer = answers[name];
    if (name !== "heatmap") return new Response(JSON.stringify(answer));
    const { page, kind } = Object.fromEntries(url.searchParams);
    return new Response(JSON.stringify({ ...answer, page, kind }));
  };
  return { fetch, asked };
}
