import { InvalidArgumentError } from "commander";

/** A moment that a person names: a time, or how long ago. */
export type Moment = (now: number) => number;

const units: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-22T09:00:00Z`, or `90m`. */
export function moment(text: string): Moment {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return (now) => now - Number(count) * (units[unit] ?? 0);
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError("Give a time as 2026-11-22T09:00:00Z, or how long ago, as 90m, 6h or 2d.");
  return () => at;
}
