import type { HeatElement } from "@isotherm/protocol";
import type { Box } from "./frame.js";
import type { Cell, Layer } from "./layer.js";

/** The smallest rectangle around cells; null for none. */
export function boxAround(layer: Layer, cells: readonly Cell[]): Box | null {
  if (cells.length === 0) return null;
  let left = Number.POSITIVE_INFINITY;
  let right = 0;
  let top = Number.POSITIVE_INFINITY;
  let bottom = 0;
  for (const [column, row] of cells) {
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  }
  return {
    left: left * layer.cellWidth,
    top: top * layer.cellHeight,
    width: (right - left) * layer.cellWidth,
    height: (bottom - top) * layer.cellHeight,
  };
}

// Larger boxes are backgrounds, or elements that sat in different places: no outline of anything.
const largest = { width: 0.5, height: 400 };

/** Outlines of the elements that were pressed, as far as the presses tell: the wireframe behind the heat. */
export function wires(layer: Layer, elements: readonly HeatElement[]): readonly Box[] {
  return elements.flatMap((element) => {
    const box = element.fixed ? null : boxAround(layer, element.at);
    if (box === null || box.width > layer.width * largest.width || box.height > largest.height) return [];
    return [box];
  });
}
