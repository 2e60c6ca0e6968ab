import { byteWriter } from "./byte-writer.js";
import type { Kind, Shape } from "./shape.js";
import { type ShapeStep, shapes } from "./shapes.js";

/** Writes what JSON can hold as bytes, sooner and smaller than deflated JSON. */
export interface ValueWriter {
  write(value: object): Uint8Array;
  /** Forgets the numbers of texts. */
  clear(): void;
}

/** Gives a text that is kept once its number, from 1 on. */
export type NumberOf = (text: string) => number;

/** Fields whose texts few values share, and that say nothing of a visitor: each text is kept once. */
const shared = new Set(
  "el nav consent lang tz ua sdk title url referrer name act rating cat country host relay salt platform brands box experiment variant currency".split(
    " ",
  ),
);
/** What a site's own code says stands in the row alone: a name in it has to go with the row. */
const free = new Set(["props", "traits"]);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Half of a character that UTF-16 writes in two. */
const lone = /\p{Surrogate}/u;
const longestShared = 256;
const mostFields = 64;
const largest = 2 ** 50;

export function valueWriter(numberOf: NumberOf): ValueWriter {
  const bytes = byteWriter();
  const known = shapes(numberOf);

  const writeAs = (kind: Kind, value: unknown, mayShare: boolean): void => {
    switch (kind) {
      case "#":
        bytes.signed(value as number);
        break;
      case ".":
        bytes.double(value as number);
        break;
      case "$":
        bytes.number(numberOf(value as string));
        break;
      case "@":
        bytes.uuid(value as string);
        break;
      case "s":
        bytes.text(value as string);
        break;
      case "j":
        bytes.text(JSON.stringify(value));
        break;
      case "[":
        writeWhole(value as readonly number[]);
        break;
      case "a":
        writeList(value as readonly unknown[], mayShare);
        break;
      case "{":
        writeObject(value as Fields, mayShare);
    }
  };

  const writeWhole = (values: readonly number[]): void => {
    bytes.number(values.length);
    for (const value of values) bytes.signed(value);
  };

  const writeTold = (value: unknown, mayShare: boolean): void => {
    const kind = kindOf("", value, false);
    bytes.byte(kind.charCodeAt(0));
    writeAs(kind, value, mayShare);
  };

  const writeList = (values: readonly unknown[], mayShare: boolean): void => {
    bytes.number(values.length);
    for (const value of values) writeTold(value, mayShare);
  };

  const writeObject = (object: Fields, mayShare: boolean): void => {
    const { shape, number } = shapeOf(object, mayShare);
    bytes.number(number);
    if (number === 0) writeShapeless(object, mayShare);
    else for (const { key, kind } of shape) writeAs(kind, object[key], mayShare && !free.has(key));
  };

  const shapeOf = (object: Fields, mayShare: boolean): { readonly shape: Shape; readonly number: number } => {
    let step: ShapeStep = known.start();
    let fields = 0;
    for (const key in object) {
      const value = object[key];
      if (value === undefined) continue;
      if (++fields > mostFields) return { shape: [], number: 0 };
      if (key === "type" && mayShare && isShared(value)) step = step.field(key, "=", value);
      else step = step.field(key, kindOf(key, value, mayShare));
    }
    return { shape: step.shape, number: step.number() };
  };

  const writeShapeless = (object: Fields, mayShare: boolean): void => {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    bytes.number(keys.length);
    for (const key of keys) {
      bytes.text(JSON.stringify(key));
      writeTold(object[key], mayShare && !free.has(key));
    }
  };

  return {
    write(value) {
      writeObject(value as Fields, true);
      return bytes.take();
    },
    clear: known.clear,
  };
}

interface Fields {
  readonly [key: string]: unknown;
}

function kindOf(key: string, value: unknown, mayShare: boolean): Kind {
  switch (typeof value) {
    case "number":
      return isWhole(value) ? "#" : ".";
    case "boolean":
      return value ? "t" : "f";
    case "string":
      if (mayShare && shared.has(key) && isShared(value)) return "$";
      if (value.length === 36 && uuid.test(value)) return "@";
      return lone.test(value) ? "j" : "s";
    default:
      if (value === null) return "n";
      if (!Array.isArray(value)) return "{";
      return value.every(isWhole) ? "[" : "a";
  }
}

/** -0 is none: the sign would be lost. */
function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < largest && !Object.is(value, -0);
}

/** An address with a query, as of a campaign's click, is of one visitor. */
function isShared(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestShared && !value.includes("?") && !lone.test(value);
}
