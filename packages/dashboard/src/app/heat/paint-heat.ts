import { densityAt } from "./density.js";
import type { Frame } from "./frame.js";
import type { Picture } from "./picture.js";
import { colourAt, type Ramp } from "./ramp.js";

// Below this nothing can be seen; most of a page is that cold.
const cold = 0.02;

/** Draws the part of a picture that the frame shows. `strength` is the opacity of the hottest place, 0 to 1. */
export function paintHeat(
  target: CanvasRenderingContext2D,
  frame: Frame,
  { density, warmth, contours }: Picture,
  colours: Ramp,
  strength: number,
): void {
  const image = target.createImageData(frame.width, frame.height);
  const pixels = image.data;
  for (let y = 0, at = 0; y < frame.height; y++) {
    const pageY = (y + 0.5) / frame.scale + frame.top;
    for (let x = 0; x < frame.width; x++, at += 4) {
      const here = densityAt(density, (x + 0.5) / frame.scale, pageY);
      if (here < cold) continue;
      const colour = Math.round(warmth.of(here) * 255) * 3;
      pixels[at] = colours[colour] ?? 0;
      pixels[at + 1] = colours[colour + 1] ?? 0;
      pixels[at + 2] = colours[colour + 2] ?? 0;
      pixels[at + 3] = 255 * strength * warmth.cover(here);
    }
  }
  // putImageData would replace the paper below instead of covering it.
  const sheet = document.createElement("canvas");
  sheet.width = frame.width;
  sheet.height = frame.height;
  sheet.getContext("2d")?.putImageData(image, 0, 0);
  target.drawImage(sheet, 0, 0, frame.width, frame.height);

  target.lineWidth = 1;
  target.globalAlpha = 0.75 * strength;
  contours.forEach((pieces, index) => {
    target.strokeStyle = colourAt(colours, Math.min(1, warmth.of(warmth.ticks[index] ?? 0) + 0.3));
    target.beginPath();
    for (let i = 0; i + 3 < pieces.length; i += 4) {
      const y0 = ((pieces[i + 1] ?? 0) - frame.top) * frame.scale;
      const y1 = ((pieces[i + 3] ?? 0) - frame.top) * frame.scale;
      if ((y0 < 0 && y1 < 0) || (y0 > frame.height && y1 > frame.height)) continue;
      target.moveTo((pieces[i] ?? 0) * frame.scale, y0);
      target.lineTo((pieces[i + 2] ?? 0) * frame.scale, y1);
    }
    target.stroke();
  });
  target.globalAlpha = 1;
}
