import type { Box, Frame } from "./frame.js";

/** Colours of everything on the paper that is not heat, as CSS colours. */
export interface Inks {
  readonly paper: string;
  readonly line: string;
  readonly wire: string;
  readonly text: string;
  readonly accent: string;
}

/** Reads the inks from the custom properties that the style sheet sets on an element. */
export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  return {
    paper: ink("--paper"),
    line: ink("--paper-line"),
    wire: ink("--paper-wire"),
    text: ink("--paper-text"),
    accent: ink("--accent"),
  };
}

const font = '11px "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const columns = 12;
const rowEvery = 100;
const labelEvery = 500;

/** Paper with a faint grid of twelve columns and a line per 100 px, and the outlines of what was pressed. */
export function paintPaper(target: CanvasRenderingContext2D, frame: Frame, wires: readonly Box[], inks: Inks): void {
  const { width, height, scale, top } = frame;
  target.fillStyle = inks.paper;
  target.fillRect(0, 0, width, height);
  target.strokeStyle = inks.line;
  target.lineWidth = 1;
  target.beginPath();
  for (let i = 1; i < columns; i++) {
    const x = Math.round((width / columns) * i) + 0.5;
    target.moveTo(x, 0);
    target.lineTo(x, height);
  }
  for (let y = Math.ceil((top + 1) / rowEvery) * rowEvery; (y - top) * scale < height; y += rowEvery) {
    const line = Math.round((y - top) * scale) + 0.5;
    target.moveTo(0, line);
    target.lineTo(width, line);
  }
  target.stroke();
  target.strokeStyle = inks.wire;
  for (const box of wires) {
    const y = (box.top - top) * scale;
    if (y > height || y + box.height * scale < 0) continue;
    target.beginPath();
    target.roundRect(box.left * scale + 0.5, y + 0.5, box.width * scale - 1, box.height * scale - 1, 3);
    target.stroke();
  }
}

/** Depths along the right edge, every 500 px. */
export function paintRuler(
  target: CanvasRenderingContext2D,
  frame: Frame,
  inks: Inks,
  number: (y: number) => string,
): void {
  const { width, height, scale, top } = frame;
  target.font = font;
  target.textAlign = "right";
  target.textBaseline = "bottom";
  target.lineWidth = 3;
  target.lineJoin = "round";
  for (let y = Math.ceil((top + 1) / labelEvery) * labelEvery; (y - top) * scale < height; y += labelEvery) {
    target.strokeStyle = inks.paper;
    target.strokeText(number(y), width - 6, (y - top) * scale - 2);
    target.fillStyle = inks.text;
    target.fillText(number(y), width - 6, (y - top) * scale - 2);
  }
}

/** A dashed line across the page with a label on paper, at its left end. */
export function paintMark(target: CanvasRenderingContext2D, frame: Frame, y: number, label: string, inks: Inks): void {
  const line = Math.round((y - frame.top) * frame.scale) + 0.5;
  if (line < -20 || line > frame.height + 20) return;
  target.beginPath();
  target.moveTo(0, line);
  target.lineTo(frame.width, line);
  target.strokeStyle = inks.paper;
  target.lineWidth = 3;
  target.stroke();
  target.strokeStyle = inks.accent;
  target.lineWidth = 1;
  target.setLineDash([5, 4]);
  target.stroke();
  target.setLineDash([]);
  target.font = font;
  const text = target.measureText(label).width;
  target.fillStyle = inks.paper;
  target.beginPath();
  target.roundRect(8, line - 10, text + 14, 20, 10);
  target.fill();
  target.stroke();
  target.fillStyle = inks.accent;
  target.textAlign = "left";
  target.textBaseline = "middle";
  target.fillText(label, 15, line + 0.5);
}

/** A frame around a part of the page that is being pointed out, in ink on a rim of paper so that it shows on any heat. */
export function paintBox(target: CanvasRenderingContext2D, frame: Frame, box: Box, inks: Inks): void {
  const pad = 4;
  target.beginPath();
  target.roundRect(
    box.left * frame.scale - pad,
    (box.top - frame.top) * frame.scale - pad,
    box.width * frame.scale + pad * 2,
    box.height * frame.scale + pad * 2,
    6,
  );
  rim(target, inks);
}

/** The ring around what is counted under the pointer; place and radius in CSS pixels of the page. */
export function paintRing(
  target: CanvasRenderingContext2D,
  frame: Frame,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
  inks: Inks,
): void {
  target.beginPath();
  target.arc(x * frame.scale, (y - frame.top) * frame.scale, radius * frame.scale, 0, Math.PI * 2);
  rim(target, inks);
}

function rim(target: CanvasRenderingContext2D, inks: Inks): void {
  target.strokeStyle = inks.paper;
  target.lineWidth = 4;
  target.stroke();
  target.strokeStyle = inks.accent;
  target.lineWidth = 2;
  target.stroke();
}
