import { closest, distance } from "fastest-levenshtein";

/** The candidate that a person most likely meant, or undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const found = closest(word, candidates);
  return distance(word.toLowerCase(), found.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3))
    ? found
    : undefined;
}
