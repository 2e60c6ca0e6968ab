import { readJson } from "../../web/read-json.js";

/** A restated body as an object; an empty one where it is none. */
export function plainJson<T extends object>(body: Uint8Array): T | Record<string, never> {
  const value = readJson(body);
  return typeof value === "object" && value !== null ? (value as T) : {};
}
