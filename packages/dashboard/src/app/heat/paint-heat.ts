import { type Density, densityAt } from "./density.js";
import type { Frame } from "./frame.js";
import type { Picture } from "./picture.js";
import { colourAt, type Ramp } from "./ramp.js";
import type { Warmth } from "./warmth.js";

/** Draws the part of a picture that the frame shows. `strength` is the opacity of the hottest place, 0 to 1. */
export type HeatPainter = (target: CanvasRenderingContext2D, frame: Frame, colours: Ramp, strength: number) => void;

const tileHeight = 256;
const tilesKept = 24;
// Below this nothing can be seen; most of a page is that cold.
const cold = 0.02;

/** A painter that colours each part of a picture once: scrolling and pointing only copy what is there. */
export function heatPainter(picture: Picture, width: number, scale: number): HeatPainter {
  const tiles = new Map<number, HTMLCanvasElement>();
  let drawnIn: Ramp | undefined;
  let drawnAt = 0;
  return (target, frame, colours, strength) => {
    const ratio = target.getTransform().a;
    if (colours !== drawnIn || ratio !== drawnAt) tiles.clear();
    drawnIn = colours;
    drawnAt = ratio;
    const top = frame.top * scale;
    target.globalAlpha = strength;
    for (let index = Math.floor(top / tileHeight); index * tileHeight < top + frame.height; index++) {
      const tile = tiles.get(index) ?? paintTile(picture, width, scale, index, colours, ratio);
      tiles.delete(index);
      tiles.set(index, tile);
      target.drawImage(tile, 0, index * tileHeight - top, width, tileHeight);
    }
    target.globalAlpha = 1;
    for (const oldest of tiles.keys()) {
      if (tiles.size <= tilesKept) break;
      tiles.delete(oldest);
    }
  };
}

function paintTile(
  { density, warmth, contours }: Picture,
  width: number,
  scale: number,
  index: number,
  colours: Ramp,
  ratio: number,
): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = Math.round(width * ratio);
  tile.height = Math.round(tileHeight * ratio);
  const target = tile.getContext("2d");
  if (target === null) return tile;
  target.setTransform(tile.width / width, 0, 0, tile.height / tileHeight, 0, 0);
  const top = index * tileHeight;

  // putImageData ignores the transform, so the pixels take a detour.
  const sheet = document.createElement("canvas");
  sheet.width = width;
  sheet.height = tileHeight;
  const image = target.createImageData(width, tileHeight);
  image.data.set(
    colourPixels(density, colourTable(warmth, colours), { width, height: tileHeight, scale, top: top / scale }),
  );
  sheet.getContext("2d")?.putImageData(image, 0, 0);
  target.drawImage(sheet, 0, 0, width, tileHeight);

  target.lineWidth = 1;
  target.globalAlpha = 0.75;
  contours.forEach((pieces, level) => {
    target.strokeStyle = colourAt(colours, Math.min(1, warmth.of(warmth.ticks[level] ?? 0) + 0.3));
    target.beginPath();
    for (let i = 0; i + 3 < pieces.length; i += 4) {
      const y0 = (pieces[i + 1] ?? 0) * scale - top;
      const y1 = (pieces[i + 3] ?? 0) * scale - top;
      if (Math.max(y0, y1) < -1 || Math.min(y0, y1) > tileHeight + 1) continue;
      target.moveTo((pieces[i] ?? 0) * scale, y0);
      target.lineTo((pieces[i + 2] ?? 0) * scale, y1);
    }
    target.stroke();
  });
  return tile;
}

/** Red, green, blue, opacity by the square root of the density's part of the peak: fine steps where it is low. */
interface ColourTable {
  readonly entries: Uint8ClampedArray;
  readonly steps: number;
  readonly peak: number;
}

function colourTable({ of, cover, peak }: Warmth, colours: Ramp): ColourTable {
  const steps = 2_047;
  const entries = new Uint8ClampedArray((steps + 1) * 4);
  for (let i = 0; i <= steps; i++) {
    const density = peak * (i / steps) ** 2;
    const colour = Math.round(of(density) * 255) * 3;
    entries.set(
      [colours[colour] ?? 0, colours[colour + 1] ?? 0, colours[colour + 2] ?? 0, cover(density) * 255],
      i * 4,
    );
  }
  return { entries, steps, peak };
}

/** The pixels of a frame, four bytes each. */
function colourPixels(density: Density, { entries, steps, peak }: ColourTable, frame: Frame): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(frame.width * frame.height * 4);
  if (peak <= 0) return pixels;
  for (let y = 0, at = 0; y < frame.height; y++) {
    const pageY = (y + 0.5) / frame.scale + frame.top;
    for (let x = 0; x < frame.width; x++, at += 4) {
      const here = densityAt(density, (x + 0.5) / frame.scale, pageY);
      if (here < cold) continue;
      const entry = Math.min(steps, Math.round(Math.sqrt(here / peak) * steps)) * 4;
      pixels[at] = entries[entry] ?? 0;
      pixels[at + 1] = entries[entry + 1] ?? 0;
      pixels[at + 2] = entries[entry + 2] ?? 0;
      pixels[at + 3] = entries[entry + 3] ?? 0;
    }
  }
  return pixels;
}
