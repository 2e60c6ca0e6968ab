import { limits } from "@isotherm/protocol";

/** What is wrong with one foreign event: costs that event, and no other. */
export class FieldFault extends Error {
  override readonly name = "FieldFault";
}

/** An object of a foreign body. */
export interface Fields {
  readonly [name: string]: unknown;
}

/** Throws `FieldFault` for anything but an object. */
export function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new FieldFault(`${what} must be an object`);
  return value as Fields;
}

/** An object that may be absent or null. */
export function optionalFields(from: Fields, name: string): Fields | undefined {
  return from[name] === undefined || from[name] === null ? undefined : fields(from[name], name);
}

/** A text of at least one character. */
export function text(from: Fields, name: string): string {
  const value = optionalText(from, name);
  if (value === undefined) throw new FieldFault(`${name} must not be empty`);
  return value;
}

/** A text that may be absent, null or empty; it is cut at `most` characters, as ours would have been by the SDK. */
export function optionalText(from: Fields, name: string, most: number = limits.url): string | undefined {
  const value = from[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new FieldFault(`${name} must be a string`);
  return value.slice(0, most);
}

/** A finite number. */
export function number(from: Fields, name: string): number {
  const value = optionalNumber(from, name);
  if (value === undefined) throw new FieldFault(`${name} must be a number`);
  return value;
}

/** A number that may be absent or null. */
export function optionalNumber(from: Fields, name: string): number | undefined {
  const value = from[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw new FieldFault(`${name} must be a number`);
  return value;
}

/** The nearest whole number within two bounds. */
export function whole(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(Math.round(value), lowest), highest);
}

/** A coordinate or distance as the protocol takes them: whole CSS pixels. */
export const pixels = (value: number): number => whole(value, -limits.pixels, limits.pixels);

/** A width or height. */
export const length = (value: number | undefined): number => whole(value ?? 0, 0, limits.pixels);

/** Only what is there: objects without their undefined fields. */
export function present(from: Fields): Fields {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined && value !== null));
}
