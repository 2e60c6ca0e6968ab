import type { SealedBatch } from "@isotherm/protocol";
import type { HeatPicture, HeatPictureQuery, HeatType } from "../../../heat-collector.js";
import type { Reader } from "../scope.js";
import { daysOf, heatReader, heatSite, wantedPath } from "./batches.js";
import { type HeatPoint, pointsOf } from "./points.js";
import { type MostRows, mostRows, selected } from "./rows.js";

interface Size {
  readonly w: number;
  readonly h: number;
}

/** Rows in columns; a viewport by its place in `buckets`. */
interface Rows {
  readonly x: number[];
  readonly y: number[];
  /** Per cent, of scrolls; else -1. */
  readonly depth: number[];
  readonly bucket: number[];
  readonly buckets: string[];
  readonly types: Map<HeatType, number>;
  total: number;
  /** Whether there were more than could be read. */
  cut: boolean;
}

const plottableTypes = ["click", "move", "scroll"] as const;
const fallbackSize: Size = { w: 1280, h: 720 };

/**
 * Draws rows on a grid over the most common viewport. Heat-collector draws all viewports over each other as they are; here
 * those of another width are drawn in proportion, and a viewport that is asked for is the only one. Where there is more
 * than `most`, the newest of it is drawn, and `warning` says so.
 */
export function heatPicture(reader: Reader, query: HeatPictureQuery, most: MostRows = mostRows): HeatPicture {
  const requestedType = query.type ?? "click";
  let resolvedType = requestedType;
  let rows = rowsOf(reader, query, requestedType, most);
  if (query.type === undefined && rows.total === 0) {
    const all = rowsOf(reader, query, "all", most);
    if (all.total > 0) [rows, resolvedType] = [all, "all"];
  }
  const { resolution } = query;
  const bucket = query.bucket ?? mostCommon(rows);
  const viewport = (bucket && sizeOf(bucket)) || fallbackSize;
  const renderHeight = rows.y.reduce((most, y) => Math.max(most, y), viewport.h);
  const cell = { w: viewport.w / resolution, h: renderHeight / resolution };
  const scales = rows.buckets.map((name) => viewport.w / (sizeOf(name)?.w ?? viewport.w));
  const within = (value: number): number => Math.min(resolution - 1, Math.max(0, Math.floor(value)));
  const counts = new Map<number, number>();
  for (const [at, depth] of rows.depth.entries()) {
    const scrolled = depth >= 0;
    const x = scrolled ? 0 : (rows.x[at] as number) * (scales[rows.bucket[at] as number] ?? 1);
    const y = scrolled ? Math.round((depth / 100) * renderHeight) : (rows.y[at] as number);
    const place = within(y / cell.h) * resolution + within(x / cell.w);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const plotted = rows.depth.length;
  const warning = warningOf(rows, plotted);
  return {
    points: [...counts].map(([place, value]) => ({
      x: Math.round(((place % resolution) + 0.5) * cell.w),
      y: Math.round((Math.floor(place / resolution) + 0.5) * cell.h),
      value,
    })),
    meta: {
      resolution,
      viewport,
      renderHeight,
      total: rows.total,
      plotted,
      ignored: rows.total - plotted,
      requestedType,
      resolvedType,
      bucket: bucket ?? `${viewport.w}x${viewport.h}`,
      plottableTypes,
      typeBreakdown: Object.fromEntries(rows.types),
      ...(warning !== undefined && { warning }),
    },
  };
}

function rowsOf({ connection }: Reader, query: HeatPictureQuery, type: HeatType | "all", most: MostRows): Rows {
  const site = heatSite(connection, query.site);
  const read = heatReader(connection, site);
  const path = wantedPath(connection, query.path);
  const fits = selected({ ...query, type });
  const rows: Rows = { x: [], y: [], depth: [], bucket: [], buckets: [], types: new Map(), total: 0, cut: false };
  const numbers = new Map<string, number>();
  let batches = 0;
  for (const day of daysOf(connection, site, query).toReversed()) {
    for (const { batch } of read.ofDay(day, path.page, type)) {
      if (++batches > most.batches || rows.total >= most.rows) return { ...rows, cut: true };
      if (!path.fits(batch)) continue;
      for (const point of pointsOf(batch)) {
        if (!fits(point)) continue;
        const name = bucketOf(batch, point);
        if (query.bucket !== null && name !== query.bucket) continue;
        rows.total++;
        rows.types.set(point.type, (rows.types.get(point.type) ?? 0) + 1);
        const number = numbers.get(name) ?? rows.buckets.push(name) - 1;
        numbers.set(name, number);
        if (point.depth === null && point.x === null) continue;
        rows.x.push(point.x ?? 0);
        rows.y.push(point.y ?? 0);
        rows.depth.push(point.depth ?? -1);
        rows.bucket.push(number);
      }
    }
  }
  return rows;
}

/** The viewport's size in hundreds of px, as heat-sdk says it and heat-collector makes it up. */
function bucketOf({ page }: SealedBatch, { event }: HeatPoint): string {
  const { meta } = event as { readonly meta?: { readonly viewportBucket?: unknown } | null };
  const said = meta?.viewportBucket;
  if (typeof said === "string" && sizeOf(said)) return said;
  const round = (px: number): number => Math.round(px / 100) * 100;
  return `${round(page.vw)}x${round(page.vh)}`;
}

/** `1300x700` in px; undefined for anything else. */
function sizeOf(bucket: string): Size | undefined {
  const [, w, h] = /^(\d{1,8})x(\d{1,8})$/.exec(bucket) ?? [];
  return Number(w) > 0 && Number(h) > 0 ? { w: Number(w), h: Number(h) } : undefined;
}

/** Of two that are as common the one that came first. */
function mostCommon({ bucket, buckets }: Rows): string | undefined {
  const counts = buckets.map(() => 0);
  for (const number of bucket) counts[number] = (counts[number] as number) + 1;
  return buckets[counts.indexOf(Math.max(...counts))];
}

function warningOf({ total, cut }: Rows, plotted: number): string | undefined {
  if (cut) return `Only the newest ${total} events are drawn. Ask for less with from and to, or path.`;
  if (total > 0 && plotted === 0)
    return "These events have no place on the page. Use type=click, move or scroll, or see /api/projects/:projectId/events.";
  return undefined;
}
