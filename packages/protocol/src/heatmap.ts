import type { Answered, Period } from "./query.js";

/** What a heatmap shows. */
export type HeatKind = "click" | "rage" | "dead" | "move" | "scroll" | "attention";

/** Viewport width classes by their lower edge in CSS pixels: 0 is below 480, 1536 is that and up. */
export const widthClasses = [0, 480, 768, 1024, 1280, 1536] as const;

/** The lower edge of a width class. */
export type WidthClass = (typeof widthClasses)[number];

/**
 * The grid that heat is drawn on when elements are not placed: columns of 1/128 of the document's width and rows of
 * 16 px. Positions inside an element are in 1/64 of its box.
 */
export const heatGrid = { columns: 128, rowPixels: 16, elementCells: 64, bandPixels: 100 } as const;

/** Counts of one element. */
export interface HeatElement {
  /** Strict and loose anchor joined by a space, as recorded. */
  readonly anchor: string;
  readonly count: number;
  readonly rage: number;
  readonly dead: number;
  /** `[ex, ey, count]`, in 1/64 of the element's box, 0 to 63. */
  readonly cells: readonly (readonly [ex: number, ey: number, count: number])[];
  /** `[column, row, count]` on the page's grid; relative to the viewport where `fixed`. */
  readonly at: readonly (readonly [column: number, row: number, count: number])[];
  readonly fixed: boolean;
}

/** A page over some days, as visitors pressed, pointed at or read it. */
export interface HeatmapPicture {
  readonly period: Period;
  readonly page: string;
  readonly kind: HeatKind;
  /** The width class, or null when all were added up. */
  readonly bucket: WidthClass | null;
  /** Page views of every width class that has any, narrowest first, whatever `bucket` is. */
  readonly widths: readonly { readonly bucket: WidthClass; readonly views: number }[];
  /** Page views that the picture rests on. */
  readonly views: number;
  /**
   * The share of visits whose batches were read, where a filter chooses among more batches than are read at once; cells
   * and counts are those of that sample. Absent means all.
   */
  readonly sample?: number;
  /** Clicks, moves (trail samples) or page views with a scroll depth that are drawn. */
  readonly count: number;
  /** Median document width and height, and viewport height, of those page views, in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number; readonly fold: number };
  /** `[column, row, count]` on the page's grid, for the layer that scrolls and for fixed elements. Empty for `scroll`. */
  readonly cells: readonly (readonly [column: number, row: number, count: number])[];
  readonly fixedCells: readonly (readonly [column: number, row: number, count: number])[];
  /** Most pressed first; only for click, rage and dead. */
  readonly elements: readonly HeatElement[];
  /**
   * Only for `scroll`: share of the page views that reached each per cent of the document's height: 101 numbers,
   * of 0 to 1, the first for 0 %. Only for `attention`: milliseconds per 100 px band.
   */
  readonly bands: readonly number[];
}

/** `GET /v1/sites/:id/heatmap` */
export interface HeatmapAnswer extends Answered, HeatmapPicture {
  /** The same page over the days that it is compared with, in the same width class; absent unless asked for. */
  readonly comparison?: HeatmapPicture;
}
