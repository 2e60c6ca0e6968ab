/** 45s, 2m 05s, 1h 03m: from milliseconds, rounded to seconds. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${two(Math.floor((seconds % 3_600) / 60))}m`;
}
