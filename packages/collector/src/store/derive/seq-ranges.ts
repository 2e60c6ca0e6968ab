/** Numbers as sorted ranges, both ends included, that neither touch nor overlap: `[[0, 57], [59, 61]]`. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** The ranges with one number more. */
export function withNumber(ranges: Ranges, number: number): Ranges {
  const before = ranges.filter(([, to]) => to < number - 1);
  const after = ranges.filter(([from]) => from > number + 1);
  const near = ranges.slice(before.length, ranges.length - after.length);
  const from = Math.min(number, near[0]?.[0] ?? number);
  const to = Math.max(number, near.at(-1)?.[1] ?? number);
  return [...before, [from, to], ...after];
}

/** How many numbers there are. */
export function sizeOf(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Whether a number is among them. */
export function holds(ranges: Ranges, number: number): boolean {
  return ranges.some(([from, to]) => from <= number && number <= to);
}
