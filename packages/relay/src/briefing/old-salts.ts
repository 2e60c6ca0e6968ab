import type { Briefing } from "@isotherm/protocol";

/** Salts are forgotten 48 hours after their day. */
const saltLifeMs = 172_800_000;

/** A briefing without the salts of days long past. */
export const withoutOldSalts = (briefing: Briefing, now: number): Briefing => ({
  ...briefing,
  salts: briefing.salts.filter(({ until }) => until + saltLifeMs > now),
});
