import type { Cell, Layer } from "./layer.js";

/** A part of the page, in CSS pixels, and what lies in it. */
export interface Area {
  readonly side: "left" | "middle" | "right";
  readonly top: number;
  readonly bottom: number;
  readonly count: number;
  readonly cells: readonly Cell[];
}

const sides = ["left", "middle", "right"] as const;

/** The busiest areas, a third of the width and `band` pixels high each: what a picture without elements says in words. */
export function areas(layer: Layer, band: number = 200, most: number = 12): readonly Area[] {
  const found = new Map<string, Cell[]>();
  for (const cell of layer.cells) {
    const third = Math.min(2, Math.floor(((cell[0] + 0.5) / layer.columns) * 3));
    const row = Math.floor(((cell[1] + 0.5) * layer.cellHeight) / band);
    const name = `${row} ${third}`;
    const cells = found.get(name);
    if (cells === undefined) found.set(name, [cell]);
    else cells.push(cell);
  }
  return [...found]
    .map(([name, cells]): Area => {
      const [row = 0, third = 0] = name.split(" ").map(Number);
      const count = cells.reduce((sum, [, , n]) => sum + n, 0);
      const side = sides[third] ?? "middle";
      return { side, top: row * band, bottom: Math.min(layer.height, (row + 1) * band), count, cells };
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
