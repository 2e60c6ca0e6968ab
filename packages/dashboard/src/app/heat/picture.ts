import { type Contour, contour } from "./contour.js";
import { type Density, density } from "./density.js";
import type { Layer } from "./layer.js";
import { pressWarmth, trailWarmth, type Warmth } from "./warmth.js";

/** A layer made ready for drawing at one scale. */
export interface Picture {
  readonly layer: Layer;
  readonly density: Density;
  readonly warmth: Warmth;
  /** One per tick of the warmth. */
  readonly contours: readonly Contour[];
}

/** How far a count spreads on screen, in CSS pixels, so that it can be seen at any scale. */
const spread = { click: 8, move: 11 } as const;

/** `scale` is screen pixels per page pixel. */
export function picture(layer: Layer, kind: keyof typeof spread, scale: number): Picture {
  const field = density(layer, Math.max(layer.cellWidth * 0.8, spread[kind] / scale));
  const heat = (kind === "click" ? pressWarmth : trailWarmth)(field.peak);
  return { layer, density: field, warmth: heat, contours: heat.ticks.map((level) => contour(field, level * 0.97)) };
}
