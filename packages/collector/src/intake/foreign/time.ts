import { horizon, limits } from "@isotherm/protocol";
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
 * The sender's clock at sending, as far as the newest of its times tells: one that is ahead of ours can only come from a
 * clock that is. One behind may as well come from events that waited, and then nothing is corrected. Times that lie further
 * ahead than anything is kept are no clock's, and set back nobody's neighbours.
 */
export function aheadOf(times: readonly (number | undefined)[], now: number): number | undefined {
  const believed = times.filter((at): at is number => at !== undefined && at > now && at <= now + horizon.send);
  return believed.length === 0 ? undefined : within(Math.max(...believed));
}
