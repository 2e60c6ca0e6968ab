const decoder = new TextDecoder();

/** A restated body as an object; an empty one where it is none. */
export function plainJson<T extends object>(body: Uint8Array): T | Record<string, never> {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return typeof value === "object" && value !== null ? (value as T) : {};
  } catch {
    return {};
  }
}
