import type { HeatElement } from "@isotherm/protocol";
import type { Cell, Layer } from "./layer.js";

/** What lies under the pointer. */
export interface Spot {
  readonly count: number;
  /** Part of `total`, 0 to 1. */
  readonly share: number;
}

/** Whether a cell belongs to the disc around a point: its centre lies inside, or the point lies in the cell. */
export function reaches(layer: Layer, [column, row]: Cell, x: number, y: number, radius: number): boolean {
  const dx = (column + 0.5) * layer.cellWidth - x;
  const dy = (row + 0.5) * layer.cellHeight - y;
  const holds = Math.floor(x / layer.cellWidth) === column && Math.floor(y / layer.cellHeight) === row;
  return holds || dx * dx + dy * dy <= radius * radius;
}

const sumWithin = (layer: Layer, cells: readonly Cell[], x: number, y: number, radius: number): number =>
  cells.reduce((sum, cell) => (reaches(layer, cell, x, y, radius) ? sum + cell[2] : sum), 0);

/** The counts of the cells within `radius` CSS pixels of the page around a point; the very numbers that were answered. */
export function spot(layer: Layer, x: number, y: number, radius: number, total: number): Spot {
  const count = sumWithin(layer, layer.cells, x, y, radius);
  return { count, share: total === 0 ? 0 : count / total };
}

/** The element that most of the presses within the disc belong to. */
export function elementAt(
  elements: readonly HeatElement[],
  layer: Layer,
  x: number,
  y: number,
  radius: number,
): HeatElement | undefined {
  let best: HeatElement | undefined;
  let most = 0;
  for (const element of elements) {
    const count = sumWithin(layer, element.at, x, y, radius);
    if (count > most) {
      most = count;
      best = element;
    }
  }
  return best;
}
