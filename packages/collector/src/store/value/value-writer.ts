import { byteWriter } from "./byte-writer.js";
import type { Kind } from "./shape.js";
import { type ShapeStep, shapes } from "./shapes.js";

/** Writes what JSON can hold as bytes, sooner and smaller than deflated JSON. */
export interface ValueWriter {
  write(value: object): Uint8Array;
  /** Forgets the numbers of texts. */
  clear(): void;
}

/** What is known of the values that will be written. Nothing else is kept outside of a value's own bytes. */
export interface KnownFields {
  /** Keys that shapes are made of: an object with any other key carries its keys with it, and so does all inside it. */
  readonly keys: ReadonlySet<string>;
  /** What `type` may say in a shape. */
  readonly types: ReadonlySet<string>;
  /** Fields whose texts few values share, and that say nothing of a visitor: each text is kept once. */
  readonly shared: ReadonlySet<string>;
  /** Fields of whole numbers that run on, so that each is near the one before it. */
  readonly running: ReadonlySet<string>;
  /** Fields that hold what a site's own code says. */
  readonly open: ReadonlySet<string>;
}

/** Gives a text that is kept once its number, from 1 on. */
export type NumberOf = (text: string) => number;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** 22 characters can say more than 16 bytes: the last of them only in four ways. */
const bytes16 = /^[\w-]{21}[AQgw]$/;
/** Half of a character that UTF-16 writes in two. */
const lone = /\p{Surrogate}/u;
const longestShared = 256;
const largest = 2 ** 50;
/** Texts of one whole that are not written again: as many as there are bytes that are no character of a kind. */
export const mostRepeated = 128;

export function valueWriter(numberOf: NumberOf, fields: KnownFields): ValueWriter {
  const bytes = byteWriter(8_192);
  const known = shapes(numberOf);
  /** Texts that were told, by the order in which they came. */
  const said = new Map<string, number>();
  /** The last number of each field that runs on. */
  const reached = new Map<string, number>();

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
      case "6":
        bytes.base64url(value as string);
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
      case "o":
        bytes.number((value as readonly Fields[]).length);
        for (const one of value as readonly Fields[]) writeObject(one, mayShare);
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
    const kind = kindOf(value, false);
    if (kind === "s") {
      const before = said.get(value as string);
      if (before !== undefined) {
        bytes.byte(mostRepeated + before);
        return;
      }
      if (said.size < mostRepeated) said.set(value as string, said.size);
    }
    bytes.byte(kind.charCodeAt(0));
    writeAs(kind, value, mayShare);
  };

  const writeList = (values: readonly unknown[], mayShare: boolean): void => {
    bytes.number(values.length);
    for (const value of values) writeTold(value, mayShare);
  };

  const writeObject = (object: Fields, mayShare: boolean): void => {
    const step = mayShare ? shapeOf(object) : null;
    const number = step?.number() ?? 0;
    bytes.number(number);
    if (number === 0) writeShapeless(object);
    else
      for (const { key, kind } of step?.shape ?? []) {
        if (kind === "+") writeRunning(key, object[key] as number);
        else writeAs(kind, object[key], !fields.open.has(key));
      }
  };

  const writeRunning = (key: string, value: number): void => {
    bytes.signed(value - (reached.get(key) ?? 0));
    reached.set(key, value);
  };

  /** The shape of an object, if it may have one. */
  const shapeOf = (object: Fields): ShapeStep | null => {
    let step: ShapeStep = known.start();
    for (const key in object) {
      const value = object[key];
      if (value === undefined) continue;
      if (!fields.keys.has(key)) return null;
      if (key !== "type") {
        const kind = kindOf(value, fields.shared.has(key));
        step = step.field(key, kind === "#" && fields.running.has(key) ? "+" : kind);
      } else if (typeof value === "string" && fields.types.has(value)) step = step.field(key, "=", value);
      else return null;
    }
    return step;
  };

  const writeShapeless = (object: Fields): void => {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    bytes.number(keys.length);
    for (const key of keys) {
      writeTold(key, false);
      writeTold(object[key], false);
    }
  };

  return {
    write(value) {
      bytes.begin();
      said.clear();
      reached.clear();
      writeObject(value as Fields, true);
      return bytes.take();
    },
    clear: known.clear,
  };
}

interface Fields {
  readonly [key: string]: unknown;
}

function kindOf(value: unknown, shared: boolean): Kind {
  switch (typeof value) {
    case "number":
      return isWhole(value) ? "#" : ".";
    case "boolean":
      return value ? "t" : "f";
    case "string":
      if (shared && isShared(value)) return "$";
      if (value.length === 36 && uuid.test(value)) return "@";
      if (value.length === 22 && bytes16.test(value)) return "6";
      return lone.test(value) ? "j" : "s";
    default:
      if (value === null) return "n";
      if (!Array.isArray(value)) return "{";
      if (value.length === 0) return "e";
      if (value.every(isWhole)) return "[";
      return value.every(isObject) ? "o" : "a";
  }
}

/** -0 is none: the sign would be lost. */
function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < largest && !Object.is(value, -0);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An address with a query or a fragment, as of a campaign's click, is of one visitor. */
function isShared(value: string): boolean {
  return value.length <= longestShared && !/[?#]/.test(value) && !lone.test(value);
}
