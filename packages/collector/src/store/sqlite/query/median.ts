/** The lower median; 0 of nothing. Sorts in place. */
export function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[(values.length - 1) >> 1] ?? 0;
}
