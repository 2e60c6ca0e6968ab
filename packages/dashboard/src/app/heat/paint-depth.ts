import { shareAt } from "./depth.js";
import type { Frame } from "./frame.js";
import { colourAt, type Ramp } from "./ramp.js";

/** Colours each line of the page by the share of page views that got there. */
export function paintDepth(
  target: CanvasRenderingContext2D,
  frame: Frame,
  { reached, height }: { readonly reached: readonly number[]; readonly height: number },
  colours: Ramp,
  strength: number,
): void {
  target.globalAlpha = strength * 0.8;
  for (let y = 0; y < frame.height; y++) {
    const depth = ((y + 0.5) / frame.scale + frame.top) / height;
    target.fillStyle = colourAt(colours, shareAt(reached, depth));
    target.fillRect(0, y, frame.width, 1);
  }
  target.globalAlpha = 1;
}
