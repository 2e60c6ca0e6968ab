/** Code points in a string: what JSON Schema calls its length. A lone surrogate counts as one. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
