/** The lower median of values that occur so many times each; 0 of nothing. */
export function median(values: readonly { readonly value: number; readonly count: number }[]): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const before = (sorted.reduce((sum, { count }) => sum + count, 0) - 1) >> 1;
  let passed = 0;
  for (const { value, count } of sorted) {
    passed += count;
    if (passed > before && count > 0) return value;
  }
  return 0;
}
