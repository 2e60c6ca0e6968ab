import type { HeatKind, HeatmapAnswer, WidthClass } from "@isotherm/protocol";
import type { SiteQuery } from "../../store.js";
import type { Connection, Value } from "../connection.js";
import { heatAnswer, scrollBands } from "./heat-answer.js";
import { heatCounts } from "./heat-read.js";
import { median } from "./median.js";
import { type Scope, scopeOf } from "./scope.js";

/** What a heatmap is asked for. */
export type HeatQuery = SiteQuery & {
  readonly page: string;
  readonly kind: HeatKind;
  readonly bucket: WidthClass | "common" | null;
};

interface ViewRow {
  readonly bucket: WidthClass;
  readonly views: number;
  readonly depth: number | null;
  readonly engaged: number;
  readonly width: number;
  readonly height: number;
  readonly fold: number;
}

export function heatmap(connection: Connection, query: HeatQuery): HeatmapAnswer {
  const { kind } = query;
  const scope = scopeOf(connection, query);
  const page = connection.get<{ n: number }>("SELECT n FROM strings WHERE text = ?", query.page)?.n ?? -1;
  const all = viewsOf(scope, page);
  const widths = widthsOf(all);
  const bucket = query.bucket === "common" ? commonOf(widths) : query.bucket;
  const views = bucket === null ? all : all.filter((view) => view.bucket === bucket);
  const size = {
    width: median(views.map(({ width }) => width)),
    height: median(views.map(({ height }) => height)),
    fold: median(views.map(({ fold }) => fold)),
  };
  const drawn =
    kind === "scroll"
      ? scrollBands(views.map(({ depth }) => depth).filter((depth) => depth !== null))
      : heatAnswer(kind, heatCounts(scope, page, kind, bucket), views.filter(({ engaged }) => engaged > 0).length);
  const counted = views.reduce((sum, view) => sum + view.views, 0);
  const { asOf, period } = scope;
  return { asOf, period, page: query.page, kind, bucket, widths, views: counted, size, ...drawn };
}

/** The page views of these local days, whenever their visit began. */
function viewsOf({ connection, site, from, to, whole, filters }: Scope, page: number): readonly ViewRow[] {
  const values: readonly Value[] = [site, page, from, to];
  const where = "p.site = ? AND p.page = ? AND p.day BETWEEN ? AND ? AND p.bot IS NULL AND p.views > 0";
  const columns = "p.bucket, p.views, p.depth, p.engaged, p.width, p.height, p.fold";
  if (whole) return connection.all<ViewRow>(`SELECT ${columns} FROM page_views p WHERE ${where}`, ...values);
  return connection.all<ViewRow>(
    `SELECT ${columns} FROM page_views p JOIN sessions s ON s.n = p.session WHERE ${where} AND ${filters.sql}`,
    ...[...values, ...filters.values],
  );
}

function widthsOf(views: readonly ViewRow[]): HeatmapAnswer["widths"] {
  const counts = new Map<WidthClass, number>();
  for (const { bucket, views: count } of views) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b).map(([bucket, count]) => ({ bucket, views: count }));
}

function commonOf(widths: HeatmapAnswer["widths"]): WidthClass | null {
  const most = Math.max(...widths.map(({ views }) => views));
  return widths.find(({ views }) => views === most)?.bucket ?? null;
}
