import type { Layer } from "./layer.js";

/**
 * How dense a layer is, sampled at the corners, edges and centres of its cells. A value of n means: as dense as n
 * counts on one spot, because a single count, alone, peaks at 1.
 */
export interface Density {
  readonly values: Float32Array;
  readonly nodesX: number;
  readonly nodesY: number;
  /** CSS pixels of the page between two nodes. */
  readonly stepX: number;
  readonly stepY: number;
  readonly peak: number;
}

/** Half a bell, from its centre to where it no longer shows; the first weight is 1. */
export function bell(sigma: number, step: number): Float32Array {
  const reach = Math.max(1, Math.ceil((3 * sigma) / step));
  return Float32Array.from({ length: reach + 1 }, (_, k) => Math.exp(-((k * step) ** 2) / (2 * sigma ** 2)));
}

/** Spreads each count over its neighbourhood as a bell of `sigma` CSS pixels of the page. */
export function density(layer: Layer, sigma: number): Density {
  const nodesX = layer.columns * 2 + 1;
  const nodesY = layer.rows * 2 + 1;
  const stepX = layer.cellWidth / 2;
  const stepY = layer.cellHeight / 2;
  const values = new Float32Array(nodesX * nodesY);
  const across = bell(sigma, stepX);
  const down = bell(sigma, stepY);
  for (const [column, row, count] of layer.cells) {
    const centreX = column * 2 + 1;
    const centreY = row * 2 + 1;
    const left = Math.max(0, centreX - across.length + 1);
    const right = Math.min(nodesX - 1, centreX + across.length - 1);
    const top = Math.max(0, centreY - down.length + 1);
    const bottom = Math.min(nodesY - 1, centreY + down.length - 1);
    for (let y = top; y <= bottom; y++) {
      const weight = count * (down[Math.abs(y - centreY)] ?? 0);
      for (let x = left, at = y * nodesX + left; x <= right; x++, at++) {
        values[at] = (values[at] ?? 0) + weight * (across[Math.abs(x - centreX)] ?? 0);
      }
    }
  }
  let peak = 0;
  for (const value of values) if (value > peak) peak = value;
  return { values, nodesX, nodesY, stepX, stepY, peak };
}

/** The density at a point of the page in CSS pixels, between the nodes linearly; 0 outside. */
export function densityAt({ values, nodesX, nodesY, stepX, stepY }: Density, x: number, y: number): number {
  const fx = x / stepX;
  const fy = y / stepY;
  if (!(fx >= 0 && fy >= 0 && fx <= nodesX - 1 && fy <= nodesY - 1)) return 0;
  const left = Math.min(nodesX - 2, Math.floor(fx));
  const top = Math.min(nodesY - 2, Math.floor(fy));
  const at = top * nodesX + left;
  const dx = fx - left;
  const dy = fy - top;
  const upper = (values[at] ?? 0) * (1 - dx) + (values[at + 1] ?? 0) * dx;
  const lower = (values[at + nodesX] ?? 0) * (1 - dx) + (values[at + nodesX + 1] ?? 0) * dx;
  return upper * (1 - dy) + lower * dy;
}
