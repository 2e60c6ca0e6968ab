import type { Properties } from "@isotherm/protocol";
import { readJson } from "../../web/read-json.js";

/** A restated body as an object; an empty one where it is none. */
export const plainJson = <T extends object>(body: Uint8Array): T | Record<string, never> =>
  plainObject<T>(readJson(body));

/** What a page sent, as an object of whose fields nothing is certain; an empty one where it is none. */
export const plainObject = <T extends object>(value: unknown): T | Record<string, never> =>
  isObject(value) ? (value as T) : {};

/** Whether a value of JSON has fields. */
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A text where it is one. */
export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Properties of a custom event, where it has any. */
export const propertiesOf = (value: unknown): { readonly properties?: Properties } =>
  isObject(value) && !Array.isArray(value) ? { properties: value as Properties } : {};
