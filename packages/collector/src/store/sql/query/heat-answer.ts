import { type HeatElement, type HeatKind, type HeatmapAnswer, heatGrid } from "@isotherm/protocol";
import type { CellCounts, HeatCounts } from "../../derive/heat-counts.js";
import type { ReadHeat } from "./heat-read.js";

type Drawn = Pick<HeatmapAnswer, "count" | "cells" | "fixedCells" | "elements" | "bands">;
type Cell = readonly [x: number, y: number, count: number];

/** The texts of numbers. */
type Texts = (numbers: Iterable<number>) => ReadonlyMap<number, string>;

/** Shapes what was read for drawing; `attentive` are the page views that have attention. */
export function heatAnswer(
  kind: Exclude<HeatKind, "scroll">,
  counts: ReadHeat["counts"],
  texts: Texts,
  attentive: number,
): Drawn {
  const own = counts(kind);
  if (kind === "attention") {
    return { count: attentive, cells: [], fixedCells: [], elements: [], bands: bandsOf(own.onPage) };
  }
  const flowing = new Map<number, number>();
  const fixed = new Map<number, number>();
  for (const [element, cells] of own.onPage) {
    const layer = isFixed(element) ? fixed : flowing;
    for (const [cell, count] of cells) layer.set(cell, (layer.get(cell) ?? 0) + count);
  }
  const elements = kind === "move" ? [] : elementsOf(own, counts, texts);
  return {
    count: total(flowing) + total(fixed),
    cells: cellsOf(flowing, heatGrid.columns),
    fixedCells: cellsOf(fixed, heatGrid.columns),
    elements,
    bands: [],
  };
}

/** Which share of page views reached each per cent of the height; `depths` counts them by per mille. */
export function scrollBands(depths: Int32Array): Drawn {
  const count = depths.reduce((sum, views) => sum + views, 0);
  const bands: number[] = [];
  let passed = 0;
  for (let percent = 0; percent <= 100; percent++) {
    bands.push(count === 0 ? 0 : (count - passed) / count);
    for (const views of depths.subarray(percent * 10, percent * 10 + 10)) passed += views;
  }
  return { count, cells: [], fixedCells: [], elements: [], bands };
}

function elementsOf(own: HeatCounts, counts: ReadHeat["counts"], texts: Texts): readonly HeatElement[] {
  const elements: HeatElement[] = [];
  const anchorOf = (element: number): number => Math.floor(element / 2);
  const anchors = texts([...own.inside.keys()].map(anchorOf));
  const pressed = (from: HeatCounts, element: number): number => total(from.onPage.get(element) ?? new Map());
  for (const [element, cells] of own.inside) {
    const count = total(cells);
    if (count === 0) continue;
    elements.push({
      anchor: anchors.get(anchorOf(element)) ?? "",
      count,
      rage: pressed(counts("rage"), element),
      dead: pressed(counts("dead"), element),
      cells: cellsOf(cells, heatGrid.elementCells),
      at: cellsOf(own.onPage.get(element) ?? new Map(), heatGrid.columns),
      fixed: isFixed(element),
    });
  }
  return elements.sort(
    (a, b) =>
      b.count - a.count || (a.anchor < b.anchor ? -1 : a.anchor > b.anchor ? 1 : Number(a.fixed) - Number(b.fixed)),
  );
}

function bandsOf(onPage: CellCounts): readonly number[] {
  const bands = onPage.get(0) ?? new Map<number, number>();
  let last = -1;
  for (const band of bands.keys()) last = Math.max(last, band);
  return Array.from({ length: last + 1 }, (_, band) => bands.get(band) ?? 0);
}

function cellsOf(cells: ReadonlyMap<number, number>, width: number): readonly Cell[] {
  const drawn: Cell[] = [];
  // In a typed array, tens of thousands of numbers are sorted ten times faster.
  for (const cell of Float64Array.from(cells.keys()).sort()) {
    const count = cells.get(cell) as number;
    if (count !== 0) drawn.push([cell % width, Math.floor(cell / width), count]);
  }
  return drawn;
}

function isFixed(element: number): boolean {
  return element % 2 === 1;
}

function total(cells: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of cells.values()) sum += count;
  return sum;
}
