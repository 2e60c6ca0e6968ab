import type { ClickEvent, SealedBatch } from "@isotherm/protocol";
import { byteReader } from "../value/byte-reader.js";
import { byteWriter } from "../value/byte-writer.js";
import { cellInElement, cellOnPage } from "./heat.js";

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
  const writer = byteWriter();
  let any = false;
  for (const event of events) {
    if (event.type !== "click") continue;
    any = true;
    writer.number(element(event));
    writer.number(cellInElement(event));
    writer.number(cellOnPage(event.x, event.y, page) * 4 + (event.rage ? 2 : 0) + (isDead(event) ? 1 : 0));
  }
  return any ? writer.take() : null;
}

/** Reads presses from a stretch of bytes. */
export function decodePresses(bytes: Uint8Array, start: number, end: number, take: (press: Press) => void): void {
  const reader = byteReader(bytes, start, end);
  while (!reader.done()) {
    const element = reader.number();
    const inside = reader.number();
    const place = reader.number();
    take({ element, inside, onPage: Math.floor(place / 4), rage: place % 4 >= 2, dead: place % 2 === 1 });
  }
}
