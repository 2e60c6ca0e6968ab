import { type HeatElement, type HeatmapAnswer, heatGrid } from "@isotherm/protocol";
import type { Find } from "./find-element.js";
import type { Cell } from "./layer.js";

/** A page as it stands behind the heat. */
export interface Backdrop {
  readonly find: Find;
  /** Size of the page, and height of its window, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly fold: number;
}

/** Counts by how they found their place. */
export interface Placed {
  readonly answer: HeatmapAnswer;
  readonly byElement: number;
  readonly byPosition: number;
  readonly notPlaced: number;
}

/** Heights that differ by more than this part are another arrangement: places are then taken as parts of the height. */
const tolerance = 0.2;

/** Puts what was counted where it belongs on the page behind it: on its element, or else at its place on the page. */
export function place(answer: HeatmapAnswer, backdrop: Backdrop): Placed {
  const { width, height, fold } = backdrop;
  const size = { width, height, fold };
  const stretch = Math.abs(height - answer.size.height) > tolerance * answer.size.height;
  const factor = stretch ? height / Math.max(1, answer.size.height) : 1;
  const rows = Math.ceil(height / heatGrid.rowPixels);
  const moved = (cells: readonly Cell[]): readonly Cell[] =>
    cells.map(([column, row, n]) => [column, Math.floor(row * factor), n]);
  if (answer.elements.length === 0)
    return { ...none, answer: { ...answer, size, cells: summed([moved(answer.cells)]) } };

  let [byElement, byPosition, notPlaced] = [0, 0, 0];
  const elements = answer.elements.map((element): HeatElement => {
    const found = backdrop.find(element.anchor);
    const box = found && boxOf(found);
    if (box) {
      byElement += element.count;
      // What stays on screen has one place in the picture too, and is drawn there.
      return { ...element, fixed: false, at: summed([element.cells.map((cell) => onPage(cell, box, width))]) };
    }
    if (element.fixed) {
      byPosition += element.count;
      return element;
    }
    const at = moved(element.at);
    const outside = at.reduce((sum, [, row, n]) => (row < rows ? sum : sum + n), 0);
    byPosition += element.count - outside;
    notPlaced += outside;
    return { ...element, at };
  });
  const cellsOf = (stays: boolean): readonly Cell[] =>
    summed(elements.filter(({ fixed }) => fixed === stays).map(({ at }) => at));
  const drawn = { ...answer, size, cells: cellsOf(false), fixedCells: cellsOf(true), elements };
  return { answer: drawn, byElement, byPosition, notPlaced };
}

const none = { byElement: 0, byPosition: 0, notPlaced: 0 };

interface PageBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where an element is on its page; undefined for one that does not show. */
function boxOf(element: Element): PageBox | undefined {
  const { left, top, width, height } = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  const shown = width > 0 && height > 0 && view?.getComputedStyle(element).visibility !== "hidden";
  return shown ? { left: left + (view?.scrollX ?? 0), top: top + (view?.scrollY ?? 0), width, height } : undefined;
}

/** From 1/64 of an element's box to the grid of its page. */
function onPage([ex, ey, n]: Cell, box: PageBox, pageWidth: number): Cell {
  const x = box.left + ((ex + 0.5) / heatGrid.elementCells) * box.width;
  const y = box.top + ((ey + 0.5) / heatGrid.elementCells) * box.height;
  return [Math.floor((x / pageWidth) * heatGrid.columns), Math.floor(y / heatGrid.rowPixels), n];
}

/** Cells in one list, each once. */
function summed(lists: readonly (readonly Cell[])[]): readonly Cell[] {
  const counts = new Map<number, number>();
  for (const cells of lists)
    for (const [column, row, n] of cells) {
      const cell = row * heatGrid.columns + Math.min(heatGrid.columns - 1, Math.max(0, column));
      if (row >= 0) counts.set(cell, (counts.get(cell) ?? 0) + n);
    }
  return [...counts].map(([cell, n]) => [cell % heatGrid.columns, Math.floor(cell / heatGrid.columns), n]);
}
