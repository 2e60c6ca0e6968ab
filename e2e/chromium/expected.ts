import { heatGrid } from "@isotherm/protocol";
import { type Target, type TestPage, viewport } from "../site/pages.js";

/** What one visit must look like afterwards, written down by the script as it acts. */
export interface ExpectedVisit {
  entry: string;
  exit: string;
  pageViews: number;
  clicks: number;
  /** Custom events and goals. */
  events: number;
  /** Clock of the first and the last thing the visitor did, in ms; the first, a page view, fell between two moments. */
  first: number;
  firstLatest: number;
  last: number;
}

/** What the whole site must look like afterwards. */
export interface Expected {
  readonly visits: ExpectedVisit[];
  /** Views by normalised path. */
  readonly views: Map<string, number>;
  /** Clicks by `path anchor ex ey`, in 1/64 of the element. */
  readonly cells: Map<string, number>;
  /** Clicks by `path column row` on the page's grid; fixed elements under `path fixed column row`. */
  readonly grid: Map<string, number>;
  /** Custom events by name. */
  readonly events: Map<string, number>;
  /** Deepest scroll of each page view, per mille, by path. */
  readonly depths: Map<string, number[]>;
}

/** Nothing has happened yet. */
export function nothing(): Expected {
  return { visits: [], views: new Map(), cells: new Map(), grid: new Map(), events: new Map(), depths: new Map() };
}

/** Adds one to a count. */
export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Writes down a press on `target`, `dx, dy` pixels from its upper left corner. */
export function countClick(expected: Expected, path: string, target: Target, dx: number, dy: number): void {
  const cell = (offset: number, size: number): number => Math.floor((offset / size) * heatGrid.elementCells);
  count(expected.cells, `${path} ${target.anchor} ${cell(dx, target.width)} ${cell(dy, target.height)}`);
  const column = Math.floor(((target.x + dx) / viewport.width) * heatGrid.columns);
  const row = Math.floor((target.y + dy) / heatGrid.rowPixels);
  count(expected.grid, `${path} ${target.fixed ? "fixed " : ""}${column} ${row}`);
}

/** Per mille of the document that has been seen when the viewport's upper edge stands at `top`. */
export function depth(page: TestPage, top: number): number {
  return Math.round(((top + viewport.height) / page.height) * 1000);
}
