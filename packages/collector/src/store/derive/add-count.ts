/** Adds to what is counted under a name. The name is what somebody sent, and may be one that every object has, as `constructor`. */
export function addCount(counts: { [name: string]: number }, name: string, count: number): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + count;
}
