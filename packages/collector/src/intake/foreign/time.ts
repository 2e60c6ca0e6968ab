import { limits } from "@isotherm/protocol";
import { FieldFault } from "./fields.js";

/** A moment in whole ms since 1970, out of a number of ms or a text as 2026-11-21T09:00:00Z; undefined where there is none. */
export function momentOf(value: unknown, what: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const at = typeof value === "string" ? Date.parse(value) : value;
  if (typeof at !== "number" || !Number.isFinite(at))
    throw new FieldFault(`${what} must be a time: ms since 1970, or as 2026-11-21T09:00:00Z`);
  return within(at);
}

/** A wrong clock costs no event: what no Date can hold is held at its bounds, and clamped to receipt later on. */
export function within(at: number): number {
  return Math.min(Math.max(Math.round(at), 0), limits.time);
}

/**
 * The sender's clock at sending, as far as the newest time that it knew tells: one that is ahead of ours can only come from
 * a clock that is. One behind may as well come from events that waited, and then nothing is corrected.
 */
export function aheadOf(newest: number | undefined, now: number): number | undefined {
  return newest !== undefined && newest > now ? within(newest) : undefined;
}
