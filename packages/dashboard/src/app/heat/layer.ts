import { heatGrid } from "@isotherm/protocol";

/** `[column, row, count]` on the page's grid, as the collector answers. */
export type Cell = readonly [column: number, row: number, count: number];

/** The cells of one picture, inside its edges. */
export interface Layer {
  /** Size of the page in CSS pixels, and of one cell. */
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly columns: number;
  readonly rows: number;
  readonly cells: readonly Cell[];
  /** Sum of the counts inside, and of those below the page's end, which are in no cell. */
  readonly count: number;
  readonly outside: number;
}

/** Taller pages than a canvas can ever show in a sensible way are cut here, in CSS pixels. */
const tallest = 100_000;

/** Lays cells over a page of this size. The size is a median, so some cells of taller visits lie outside. */
export function layer(given: readonly Cell[], size: { readonly width: number; readonly height: number }): Layer {
  const width = Math.max(1, size.width);
  const height = Math.min(tallest, Math.max(heatGrid.rowPixels, size.height));
  const rows = Math.ceil(height / heatGrid.rowPixels);
  const cells: Cell[] = [];
  let count = 0;
  let outside = 0;
  for (const cell of given) {
    const [column, row, n] = cell;
    const inside = column >= 0 && column < heatGrid.columns && row >= 0 && row < rows;
    if (!inside) outside += n;
    else if (n > 0) {
      cells.push(cell);
      count += n;
    }
  }
  return {
    width,
    height,
    cellWidth: width / heatGrid.columns,
    cellHeight: heatGrid.rowPixels,
    columns: heatGrid.columns,
    rows,
    cells,
    count,
    outside,
  };
}
