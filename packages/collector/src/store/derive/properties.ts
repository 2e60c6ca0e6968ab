import type { Event, Json } from "@isotherm/protocol";

/** What can be asked of properties; what is beyond stands in raw alone. */
export const propertyBounds = {
  /** Pairs of one event. */
  pairs: 64,
  /** Characters of a key. */
  key: 128,
  /** Characters of a value. */
  value: 2_048,
} as const;

/**
 * The properties that a custom event or goal is found by, each pair once: texts as they are, numbers and truth values as
 * JSON writes them, each entry of a list on its own. What is nested deeper, null or out of bounds is left out.
 */
export function propertiesOf(event: Event): readonly (readonly [key: string, value: string])[] {
  if (event.type !== "custom" && event.type !== "goal") return [];
  // A goal has none in the protocol, but fields that a newer SDK adds are kept.
  const { props } = event as { readonly props?: Json };
  if (typeof props !== "object" || props === null || Array.isArray(props)) return [];
  const pairs = new Map<string, readonly [string, string]>();
  for (const [key, value] of Object.entries(props)) {
    if (key === "" || key.length > propertyBounds.key) continue;
    for (const one of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
      const text = textOf(one);
      if (text === null || text.length > propertyBounds.value) continue;
      pairs.set(JSON.stringify([key, text]), [key, text]);
      if (pairs.size === propertyBounds.pairs) return [...pairs.values()];
    }
  }
  return [...pairs.values()];
}

function textOf(value: Json): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
