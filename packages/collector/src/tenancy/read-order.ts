import { meant } from "../api/query/nearest.js";
import { CollectorError } from "../collector-error.js";

/** Reads one field; says what it has to be where it is something else. */
export interface FieldReader<T> {
  readonly demand: string;
  read(value: unknown): T | undefined;
}

/** A reader for each field of an order, of which each may be absent. */
export type ShapeOf<T> = { readonly [name in keyof T]-?: FieldReader<Exclude<T[name], undefined>> };

/** Reads a JSON body field by field. Throws `query_invalid`, naming the first wrong or unknown field. */
export function readOrder<T extends object>(body: Uint8Array, shape: ShapeOf<T>): T {
  const given = objectOf(body);
  const readers: { readonly [name: string]: FieldReader<unknown> } = shape;
  const names = Object.keys(readers);
  const order: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(given)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!reader) throw wrong(name.slice(0, 40), `there is no field ${name.slice(0, 40)}${meant(name, names)}`);
    if (value === null) continue;
    order[name] = reader.read(value);
    if (order[name] === undefined) throw wrong(name, `${name} has to be ${reader.demand}`);
  }
  return order as T;
}

/** Throws `query_invalid` for a field that has to be there and is not. */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw wrong(name, `${name} is missing`);
  return value;
}

/** A fault of one field. */
export function wrong(path: string, message: string): CollectorError {
  return new CollectorError("query_invalid", message, { details: [{ path, message }] });
}

/** Another has the id that was asked for. */
export function taken(what: string, id: string): CollectorError {
  const message = `id: there is ${what} ${id} already`;
  return new CollectorError("id_taken", message, { details: [{ path: "id", message }] });
}

/** Reads an object of any fields. */
function objectOf(body: Uint8Array): { readonly [name: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw wrong("", "the body has to be JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("", "the body has to be an object");
  return value as { readonly [name: string]: unknown };
}

/** A text of 1 to so many characters, of which all fit a pattern. */
export const text = (
  most: number,
  pattern: RegExp = /^/u,
  demand: string = `a text of 1 to ${most} characters`,
): FieldReader<string> => ({
  demand,
  read: (value) =>
    typeof value === "string" && value.length > 0 && value.length <= most && pattern.test(value) ? value : undefined,
});

/** One of these words. */
export const word = <Word extends string>(words: readonly Word[]): FieldReader<Word> => ({
  demand: `one of ${words.join(", ")}`,
  read: (value) => words.find((one) => one === value),
});

/** A whole number within bounds. */
export const whole = (least: number, most: number): FieldReader<number> => ({
  demand: `a whole number from ${least} to ${most}`,
  read: (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? (value as number) : undefined,
});

/** A list of at least one, and at most so many. */
export const list = <T>(item: FieldReader<T>, most: number): FieldReader<readonly T[]> => ({
  demand: `a list of 1 to ${most}, each ${item.demand}`,
  read(value) {
    if (!Array.isArray(value) || value.length === 0 || value.length > most) return undefined;
    const items = value.map((one) => item.read(one));
    return items.includes(undefined) ? undefined : (items as T[]);
  },
});

/** An object of fields that may each be absent. */
export const object = <T extends object>(shape: ShapeOf<T>): FieldReader<T> => ({
  demand: `an object of ${Object.keys(shape).join(", ")}`,
  read(value) {
    try {
      return readOrder<T>(Buffer.from(JSON.stringify(value)), shape);
    } catch (error) {
      if (error instanceof CollectorError) return undefined;
      throw error;
    }
  },
});
