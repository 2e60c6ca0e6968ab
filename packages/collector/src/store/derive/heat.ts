import { type ClickEvent, heatGrid, type Page, type SealedBatch } from "@isotherm/protocol";
import type { Bands } from "./band-code.js";

/** Kinds that are kept as parts; scroll maps come from page views instead. */
export type PartKind = "click" | "rage" | "dead" | "move" | "attention";

/** A cell of the page's grid as one number. */
export function pageCell(column: number, row: number): number {
  return row * heatGrid.columns + column;
}

/** A cell of an element's box as one number. */
export function elementCell(ex: number, ey: number): number {
  return ey * heatGrid.elementCells + ex;
}

// Far below any page that people scroll to; they bound what a wrong batch can make of a picture.
const highestRow = 1 << 20;
const highestBand = 9_999;
const boxEdge = 32_768;

/** Where a press lies in its element's box, in 1/64 of it. */
export function cellInElement({ ex, ey }: ClickEvent): number {
  return elementCell(scale(ex), scale(ey));
}

/** Where a point lies on the page's grid. */
export function cellOnPage(x: number, y: number, page: Pick<Page, "dw">): number {
  const column = Math.floor((x / Math.max(page.dw, 1)) * heatGrid.columns);
  const row = Math.floor(y / heatGrid.rowPixels);
  return pageCell(clamp(column, heatGrid.columns - 1), clamp(row, highestRow));
}

/** Takes what a batch adds to heatmaps. Anchors are as recorded; moves and attention have none. */
export interface HeatSink {
  /** A press of an element. */
  press(kind: "click" | "rage" | "dead", event: ClickEvent): void;
  /** A point of a pointer's trail. */
  point(cell: number): void;
  /** Milliseconds that a band was in view. */
  band(band: number, ms: number): void;
}

/** Reads a batch's clicks, trails and attention; which clicks were dead is known to `isDead` alone. */
export function heatOf(batch: SealedBatch, isDead: (click: ClickEvent) => boolean, sink: HeatSink): void {
  for (const event of batch.events) {
    if (event.type === "click") {
      sink.press("click", event);
      if (event.rage) sink.press("rage", event);
      if (isDead(event)) sink.press("dead", event);
    } else if (event.type === "move") {
      trailCells(event.path, batch.page, sink.point);
    } else if (event.type === "attention") {
      timedBands(event.bands, sink.band);
    }
  }
}

/** The cells that a trail touches, one for each of its points. */
export function trailCells(path: readonly number[], page: Pick<Page, "dw">, point: HeatSink["point"]): void {
  let [x = 0, y = 0] = path;
  if (path.length > 1) point(cellOnPage(x, y, page));
  for (let i = 2; i + 2 < path.length; i += 3) {
    x += path[i + 1] ?? 0;
    y += path[i + 2] ?? 0;
    point(cellOnPage(x, y, page));
  }
}

/** The bands that were in view, and for how long. */
export function timedBands(bands: Bands, band: HeatSink["band"]): void {
  for (const [number, ms] of bands) timedBand(number, ms, band);
}

/** A band, where it was in view at all. */
export function timedBand(number: number, ms: number, band: HeatSink["band"]): void {
  if (ms > 0) band(clamp(number, highestBand), Math.round(ms));
}

function scale(position: number): number {
  return clamp(Math.floor((position * heatGrid.elementCells) / boxEdge), heatGrid.elementCells - 1);
}

function clamp(value: number, highest: number): number {
  return Math.min(Math.max(Math.floor(value), 0), highest);
}
