import { type HeatElement, type HeatKind, type HeatmapAnswer, heatGrid } from "@isotherm/protocol";
import type { CellCounts, HeatCounts } from "../../derive/heat-counts.js";
import type { ReadHeat } from "./heat-read.js";

type Drawn = Pick<HeatmapAnswer, "count" | "cells" | "fixedCells" | "elements" | "bands">;
type Cell = readonly [x: number, y: number, count: number];

/** Shapes what was read for drawing; `attentive` are the page views that have attention. */
export function heatAnswer(kind: Exclude<HeatKind, "scroll">, { counts, anchor }: ReadHeat, attentive: number): Drawn {
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
  const elements = kind === "move" ? [] : elementsOf(own, counts, anchor);
  return {
    count: total(flowing) + total(fixed),
    cells: cellsOf(flowing, heatGrid.columns),
    fixedCells: cellsOf(fixed, heatGrid.columns),
    elements,
    bands: [],
  };
}

/** Which share of page views reached each per cent of the height. */
export function scrollBands(depths: readonly number[]): Drawn {
  const bands = Array.from({ length: 101 }, (_, percent) => {
    const reached = depths.filter((depth) => depth >= percent * 10).length;
    return depths.length === 0 ? 0 : reached / depths.length;
  });
  return { count: depths.length, cells: [], fixedCells: [], elements: [], bands };
}

function elementsOf(own: HeatCounts, counts: ReadHeat["counts"], anchor: ReadHeat["anchor"]): readonly HeatElement[] {
  const elements: HeatElement[] = [];
  const pressed = (from: HeatCounts, element: number): number => total(from.onPage.get(element) ?? new Map());
  for (const [element, cells] of own.inside) {
    const count = total(cells);
    if (count === 0) continue;
    elements.push({
      anchor: anchor(Math.floor(element / 2)),
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
  return [...cells]
    .filter(([, count]) => count !== 0)
    .sort(([a], [b]) => a - b)
    .map(([cell, count]) => [cell % width, Math.floor(cell / width), count]);
}

function isFixed(element: number): boolean {
  return element % 2 === 1;
}

function total(cells: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of cells.values()) sum += count;
  return sum;
}
