import { limits } from "@isotherm/protocol";

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
