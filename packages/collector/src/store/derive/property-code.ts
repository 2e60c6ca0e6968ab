import { byteReader } from "../value/byte-reader.js";
import { byteWriter } from "../value/byte-writer.js";

/** A property as the numbers of its key and of its value. */
export type NumberedProperty = readonly [name: number, value: number];

const writer = byteWriter();

/** An event's properties as bytes: key and value by turns, in base 128; null without any. */
export function encodeProperties(properties: readonly NumberedProperty[]): Uint8Array | null {
  if (properties.length === 0) return null;
  writer.begin();
  for (const [name, value] of properties) {
    writer.number(name);
    writer.number(value);
  }
  return writer.take();
}

/** Tells every property that such bytes hold. */
export function eachProperty(bytes: Uint8Array, take: (name: number, value: number) => void): void {
  const { number, done } = byteReader(bytes);
  while (!done()) take(number(), number());
}
