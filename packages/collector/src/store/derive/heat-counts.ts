/** How often each cell was hit, per element: what one part of heat holds. Keys are numbers that only the store can read. */
export interface HeatCounts {
  /** Cells of elements' boxes. */
  readonly inside: CellCounts;
  /** Cells of the page. */
  readonly onPage: CellCounts;
}

/** Counts by element, then by cell. */
export type CellCounts = Map<number, Map<number, number>>;

/** Nothing yet. */
export function noHeat(): HeatCounts {
  return { inside: new Map(), onPage: new Map() };
}

/** The cells of one element. */
export function cellsOf(counts: CellCounts, element: number): Map<number, number> {
  let cells = counts.get(element);
  if (!cells) {
    cells = new Map();
    counts.set(element, cells);
  }
  return cells;
}

/** Adds to one cell. */
export function addCell(counts: CellCounts, element: number, cell: number, count: number): void {
  const cells = cellsOf(counts, element);
  cells.set(cell, (cells.get(cell) ?? 0) + count);
}
