import { byteReader } from "./byte-reader.js";
import { type Kind, readShape, type Shape } from "./shape.js";
import { mostRepeated } from "./value-writer.js";

/** Reads what a `ValueWriter` wrote. Throws a `RangeError` where bytes end early or mean nothing. */
export type ValueReader = (bytes: Uint8Array) => unknown;

const plainText = "s".charCodeAt(0);

/** `textOf` gives the text that is kept under a number. */
export function valueReader(textOf: (number: number) => string): ValueReader {
  const shapes = new Map<number, Shape>();

  return (data) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const { number, signed, skip } = byteReader(bytes);
    const text = (): string => {
      const size = number();
      const start = skip(size);
      return bytes.toString("utf8", start, start + size);
    };
    const uuid = (): string => {
      const start = skip(16);
      const hex = bytes.toString("hex", start, start + 16);
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    };
    const base64url = (): string => {
      const start = skip(16);
      return bytes.toString("base64url", start, start + 16);
    };
    const said: string[] = [];
    const reached = new Map<string, number>();
    const running = (key: string): number => {
      const value = (reached.get(key) ?? 0) + signed();
      reached.set(key, value);
      return value;
    };
    const told = (): unknown => {
      const code = bytes[skip(1)] as number;
      if (code >= mostRepeated) {
        const before = said[code - mostRepeated];
        if (before === undefined) throw new RangeError("the value repeats a text that it has not said");
        return before;
      }
      const value = read(String.fromCharCode(code) as Kind);
      if (code === plainText && said.length < mostRepeated) said.push(value as string);
      return value;
    };
    const list = <Value>(value: () => Value): Value[] => {
      const values: Value[] = [];
      for (let left = number(); left > 0; left--) values.push(value());
      return values;
    };
    const object = (): object => {
      const which = number();
      if (which === 0) return Object.fromEntries(list(() => [told() as string, told()] as const));
      let shape = shapes.get(which);
      if (!shape) {
        shape = readShape(textOf(which));
        shapes.set(which, shape);
      }
      return Object.fromEntries(
        shape.map(({ key, kind, text }) => [key, text ?? (kind === "+" ? running(key) : read(kind))]),
      );
    };
    const read = (kind: Kind): unknown => {
      switch (kind) {
        case "#":
          return signed();
        case ".":
          return bytes.readDoubleLE(skip(8));
        case "t":
          return true;
        case "f":
          return false;
        case "n":
          return null;
        case "$":
          return textOf(number());
        case "@":
          return uuid();
        case "6":
          return base64url();
        case "s":
          return text();
        case "j":
          return JSON.parse(text());
        case "[":
          return list(signed);
        case "o":
          return list(object);
        case "e":
          return [];
        case "a":
          return list(told);
        case "{":
          return object();
        default:
          throw new RangeError(`the value has a part of the unknown kind ${kind}`);
      }
    };
    return object();
  };
}
