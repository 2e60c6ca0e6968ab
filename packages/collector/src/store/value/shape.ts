/**
 * How a value is written; in a list, and where an object has no shape, this character stands before the value. In the place
 * of a text that stood there before, in the same whole, one byte from 128 on says which it was.
 */
export type Kind =
  /** A whole number, folded to be of no sign and written in base 128. */
  | "#"
  /** Any other number: 8 bytes. */
  | "."
  /** True, false and null: nothing more. */
  | "t"
  | "f"
  | "n"
  /** The text that the field itself names: nothing more. */
  | "="
  /** A text that is kept once: its number. */
  | "$"
  /** A UUID in lower case: 16 bytes. */
  | "@"
  /** 16 bytes in base64url, as a visitor's hash: themselves. */
  | "6"
  /** Any other text: its length in bytes, then UTF-8. */
  | "s"
  /** A text that UTF-8 cannot hold, as JSON. */
  | "j"
  /** A list of whole numbers: how many, then each. */
  | "["
  /** Any other list: how many, then each after its kind. */
  | "a"
  /** A list of objects alone: how many, then each as an object. */
  | "o"
  /** A list of nothing: nothing more. */
  | "e"
  /** A whole number of a field that runs on: signed, how far it is from the last one of its key in the same whole, or from 0. */
  | "+"
  /** An object: the number of its shape, then its values; or 0, how many, then each key and value. */
  | "{";

/** One key of an object, and how its value is written. */
export interface Field {
  readonly key: string;
  readonly kind: Kind;
  /** What a field of kind `=` says. */
  readonly text?: string;
}

/** The keys of an object in their order: all objects with the same keys and kinds share it. */
export type Shape = readonly Field[];

/** A shape as text, to be kept once. */
export function shapeText(shape: Shape): string {
  return JSON.stringify(shape.map(({ key, kind, text }) => (text === undefined ? [key, kind] : [key, kind, text])));
}

/** Reads a shape back. */
export function readShape(text: string): Shape {
  const fields = JSON.parse(text) as readonly (readonly [key: string, kind: Kind, text?: string])[];
  return fields.map(([key, kind, said]) => (said === undefined ? { key, kind } : { key, kind, text: said }));
}
