/** A pause after `failures` in a row: anything from 0 to a bound that doubles up to `maxMs` ("full jitter"). */
export function fullJitter(
  failures: number,
  { firstMs, maxMs, random }: { readonly firstMs: number; readonly maxMs: number; readonly random: () => number },
): number {
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 30));
  return Math.floor(random() * bound);
}
