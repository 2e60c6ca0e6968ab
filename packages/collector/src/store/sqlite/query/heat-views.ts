import type { WidthClass } from "@isotherm/protocol";
import { widthClasses } from "@isotherm/protocol";
import type { Day } from "../../derive/zone.js";
import type { FitsVisit } from "./fitting-visits.js";
import { median } from "./median.js";
import type { Scope } from "./scope.js";

/** The page views of one page on one local day, whenever their visit began, as columns. */
interface ViewDay {
  readonly count: number;
  readonly session: Int32Array;
  /** Which of the width classes, by its place among them. */
  readonly width: Uint8Array;
  readonly views: Int32Array;
  /** Per mille of the document's height; −1 where scrolls were not captured. */
  readonly depth: Int16Array;
  readonly attentive: Uint8Array;
  /** Document width and height, and viewport height, one after the other for each view. */
  readonly sizes: Int32Array;
  readonly bytes: number;
}

/** What a picture says about the page views that it rests on. */
export interface HeatViews {
  readonly widths: readonly { readonly bucket: WidthClass; readonly views: number }[];
  readonly bucket: WidthClass | null;
  readonly views: number;
  readonly size: { readonly width: number; readonly height: number; readonly fold: number };
  /** Page views with a depth, by its per mille. */
  readonly depths: Int32Array;
  /** Page views that have attention. */
  readonly attentive: number;
}

/** Reads the page views of a page that fit, in one width class or in the commonest. */
export function heatViews(
  scope: Scope,
  page: number,
  wanted: WidthClass | "common" | null,
  fits: FitsVisit | null,
): HeatViews {
  const days: { readonly day: ViewDay; readonly rows: readonly number[] | null }[] = [];
  const counts = widthClasses.map(() => 0);
  for (let at = scope.from; at <= scope.to; at++) {
    const day = viewDay(scope, page, at);
    const rows =
      fits && Array.from({ length: day.count }, (_, row) => row).filter((row) => fits(day.session[row] ?? 0));
    days.push({ day, rows });
    each(day, rows, (row) => {
      const width = day.width[row] as number;
      counts[width] = (counts[width] ?? 0) + (day.views[row] as number);
    });
  }
  const widths = widthClasses.map((bucket, n) => ({ bucket, views: counts[n] ?? 0 })).filter(({ views }) => views > 0);
  const most = Math.max(...widths.map(({ views }) => views));
  const bucket = wanted === "common" ? (widths.find(({ views }) => views === most)?.bucket ?? null) : wanted;
  const only = bucket === null ? null : widthClasses.indexOf(bucket);
  const depths = new Int32Array(1_001);
  const sizes: [number[], number[], number[]] = [[], [], []];
  let [views, attentive] = [0, 0];
  for (const { day, rows } of days) {
    each(day, rows, (row) => {
      if (only !== null && day.width[row] !== only) return;
      views += day.views[row] as number;
      attentive += day.attentive[row] as number;
      const depth = day.depth[row] as number;
      if (depth >= 0) depths[depth] = (depths[depth] as number) + 1;
      for (const [n, list] of sizes.entries()) list.push(day.sizes[row * 3 + n] as number);
    });
  }
  const [width, height, fold] = sizes.map(median) as [number, number, number];
  return { widths, bucket, views, size: { width, height, fold }, depths, attentive };
}

function each({ count }: ViewDay, rows: readonly number[] | null, visit: (row: number) => void): void {
  if (rows) for (const row of rows) visit(row);
  else for (let row = 0; row < count; row++) visit(row);
}

function viewDay({ connection, site, ofDay }: Scope, page: number, day: Day): ViewDay {
  return ofDay(`views ${page}`, day, () => {
    const rows = connection.table<readonly number[]>(
      `SELECT session, bucket, views, coalesce(depth, -1), engaged > 0, width, height, fold
       FROM page_views WHERE site = ? AND page = ? AND day = ? AND bot IS NULL AND views > 0`,
      ...[site, page, day],
    );
    const column = (index: number): number[] => rows.map((row) => row[index] as number);
    return {
      count: rows.length,
      session: Int32Array.from(column(0)),
      width: Uint8Array.from(column(1), (bucket) => widthClasses.indexOf(bucket as WidthClass)),
      views: Int32Array.from(column(2)),
      depth: Int16Array.from(column(3)),
      attentive: Uint8Array.from(column(4)),
      sizes: Int32Array.from(rows.flatMap((row) => row.slice(5))),
      bytes: rows.length * 24,
    };
  });
}
