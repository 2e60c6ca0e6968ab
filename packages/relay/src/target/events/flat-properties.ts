import type { Properties } from "@isotherm/protocol";

/** Properties without depth: lists and objects as JSON, and nothing where the value is null. */
export function flatProperties(properties: Properties): { readonly [name: string]: string | number | boolean } {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      return [[name, typeof value === "object" ? JSON.stringify(value) : value]];
    }),
  );
}
