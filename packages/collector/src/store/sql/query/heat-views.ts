import { type WidthClass, widthClasses } from "@isotherm/protocol";
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
  /** Which of the sizes: most page views share one with many others. */
  readonly size: Int32Array;
  readonly sizes: readonly Size[];
  readonly bytes: number;
}

/** Document width and height, and viewport height. */
type Size = readonly [width: number, height: number, fold: number];

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
  const days: { readonly day: ViewDay; readonly chosen: Uint8Array | null }[] = [];
  const counts = widthClasses.map(() => 0);
  for (const at of scope.days()) {
    const day = viewDay(scope, page, at);
    const chosen = fits && day.session.reduce(marked(fits), new Uint8Array(day.count));
    days.push({ day, chosen });
    for (let row = 0; row < day.count; row++) {
      if (chosen?.[row] === 0) continue;
      const width = day.width[row] as number;
      counts[width] = (counts[width] as number) + (day.views[row] as number);
    }
  }
  const widths = widthClasses.map((bucket, n) => ({ bucket, views: counts[n] ?? 0 })).filter(({ views }) => views > 0);
  const most = Math.max(...widths.map(({ views }) => views));
  const bucket = wanted === "common" ? (widths.find(({ views }) => views === most)?.bucket ?? null) : wanted;
  const only = bucket === null ? null : widthClasses.indexOf(bucket);
  const depths = new Int32Array(1_001);
  const sizes: { readonly size: Size; readonly count: number }[] = [];
  let [views, attentive] = [0, 0];
  for (const { day, chosen } of days) {
    const ofSize = new Int32Array(day.sizes.length);
    for (let row = 0; row < day.count; row++) {
      if (chosen?.[row] === 0 || (only !== null && day.width[row] !== only)) continue;
      views += day.views[row] as number;
      attentive += day.attentive[row] as number;
      const depth = day.depth[row] as number;
      if (depth >= 0) depths[depth] = (depths[depth] as number) + 1;
      const size = day.size[row] as number;
      ofSize[size] = (ofSize[size] as number) + 1;
    }
    for (const [n, size] of day.sizes.entries()) sizes.push({ size, count: ofSize[n] as number });
  }
  const middle = (n: 0 | 1 | 2): number => median(sizes.map(({ size, count }) => ({ value: size[n], count })));
  return { widths, bucket, views, size: { width: middle(0), height: middle(1), fold: middle(2) }, depths, attentive };
}

function marked(fits: FitsVisit): (marks: Uint8Array, session: number, row: number) => Uint8Array {
  return (marks, session, row) => {
    if (fits(session)) marks[row] = 1;
    return marks;
  };
}

function viewDay({ connection, site, ofDay }: Scope, page: number, day: Day): ViewDay {
  return ofDay(`views ${page}`, day, () => {
    const rows = connection.table<readonly number[]>(
      `SELECT session, bucket, views, coalesce(depth, -1), CASE WHEN engaged > 0 THEN 1 ELSE 0 END, width, height, fold
       FROM page_views WHERE site = ? AND day = ? AND page = ? AND bot IS NULL AND views > 0`,
      ...[site, day, page],
    );
    const column = (index: number): number[] => rows.map((row) => row[index] as number);
    const numbers = new Map<string, number>();
    const sizes: Size[] = [];
    const size = rows.map((row) => {
      const found = row.slice(5) as unknown as Size;
      const key = found.join();
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, sizes.length);
      return sizes.push(found) - 1;
    });
    return {
      count: rows.length,
      session: Int32Array.from(column(0)),
      width: Uint8Array.from(column(1), (bucket) => widthClasses.indexOf(bucket as WidthClass)),
      views: Int32Array.from(column(2)),
      depth: Int16Array.from(column(3)),
      attentive: Uint8Array.from(column(4)),
      size: Int32Array.from(size),
      sizes,
      bytes: rows.length * 16 + sizes.length * 80,
    };
  });
}
