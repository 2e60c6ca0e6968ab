import type { Density } from "./density.js";

/** Pieces of lines of equal density, four numbers each: x, y to x, y, in CSS pixels of the page. */
export type Contour = Float32Array;

/**
 * The lines where the density is `level`: the isotherms. Marching squares; a saddle is cut the way its middle says.
 */
export function contour({ values, nodesX, nodesY, stepX, stepY }: Density, level: number): Contour {
  const pieces: number[] = [];
  const cut = (a: number, b: number): number => (level - a) / (b - a);
  for (let y = 0; y < nodesY - 1; y++) {
    for (let x = 0; x < nodesX - 1; x++) {
      const at = y * nodesX + x;
      const a = values[at] ?? 0;
      const b = values[at + 1] ?? 0;
      const c = values[at + nodesX + 1] ?? 0;
      const d = values[at + nodesX] ?? 0;
      const shape = (a >= level ? 8 : 0) + (b >= level ? 4 : 0) + (c >= level ? 2 : 0) + (d >= level ? 1 : 0);
      if (shape === 0 || shape === 15) continue;
      const top = [(x + cut(a, b)) * stepX, y * stepY] as const;
      const right = [(x + 1) * stepX, (y + cut(b, c)) * stepY] as const;
      const bottom = [(x + cut(d, c)) * stepX, (y + 1) * stepY] as const;
      const left = [x * stepX, (y + cut(a, d)) * stepY] as const;
      const saddleHigh = (a + b + c + d) / 4 >= level;
      if (shape === 1 || shape === 14) pieces.push(...left, ...bottom);
      else if (shape === 2 || shape === 13) pieces.push(...bottom, ...right);
      else if (shape === 3 || shape === 12) pieces.push(...left, ...right);
      else if (shape === 4 || shape === 11) pieces.push(...top, ...right);
      else if (shape === 6 || shape === 9) pieces.push(...top, ...bottom);
      else if (shape === 7 || shape === 8) pieces.push(...left, ...top);
      else if ((shape === 5) === saddleHigh) pieces.push(...left, ...top, ...bottom, ...right);
      else pieces.push(...left, ...bottom, ...top, ...right);
    }
  }
  return Float32Array.from(pieces);
}
