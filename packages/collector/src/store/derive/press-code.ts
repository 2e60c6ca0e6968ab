import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import { cellInElement, cellOnPage } from "./heat.js";
import { numberReader, numberWriter } from "./varint.js";

/** A press as it is drawn. */
export interface Press {
  readonly element: number;
  /** Where it lies in its element, and on the page. */
  readonly inside: number;
  readonly onPage: number;
  readonly rage: boolean;
  readonly dead: boolean;
}

/** A batch's presses as bytes, so that a filtered picture need not inflate the batch; null without any. */
export function encodePresses(
  { events, page }: SealedBatch,
  element: (event: ClickEvent) => number,
  isDead: (event: ClickEvent) => boolean,
): Uint8Array | null {
  const writer = numberWriter();
  let any = false;
  for (const event of events) {
    if (event.type !== "click") continue;
    any = true;
    writer.write(element(event));
    writer.write(cellInElement(event));
    writer.write(cellOnPage(event.x, event.y, page) * 4 + (event.rage ? 2 : 0) + (isDead(event) ? 1 : 0));
  }
  return any ? writer.bytes() : null;
}

/** Reads presses from a stretch of bytes. */
export function decodePresses(bytes: Uint8Array, start: number, end: number, take: (press: Press) => void): void {
  const reader = numberReader(bytes, start, end);
  while (!reader.done()) {
    const element = reader.read();
    const inside = reader.read();
    const place = reader.read();
    take({ element, inside, onPage: Math.floor(place / 4), rage: place % 4 >= 2, dead: place % 2 === 1 });
  }
}
