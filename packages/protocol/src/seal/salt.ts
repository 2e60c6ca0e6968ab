import type { Salt, SiteBriefing } from "../briefing.js";
import { toBase64 } from "../signature/base64.js";
import { localDay, localDayRange } from "./day.js";

const secretBytes = 32;

/** A fresh salt for one local day of a site group. */
export function newSalt(group: string, timeZone: string, day: string): Salt {
  const secret = toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)));
  return { group, day, ...localDayRange(day, timeZone), secret };
}

/**
 * Fresh salts of yesterday, today and the next two days for every site group; a store keeps those that it has not got.
 * A group's days are those of its first site's time zone.
 */
export function saltsWanted(sites: readonly Pick<SiteBriefing, "group" | "timeZone">[], now: number): Salt[] {
  const zones = new Map<string, string>();
  for (const { group, timeZone } of sites) if (!zones.has(group)) zones.set(group, timeZone);
  return [...zones].flatMap(([group, timeZone]) => {
    const today = newSalt(group, timeZone, localDay(now, timeZone));
    // Through the moments where days meet, so that a day that the zone left out is never asked for.
    const yesterday = newSalt(group, timeZone, localDay(today.from - 1, timeZone));
    const tomorrow = newSalt(group, timeZone, localDay(today.until, timeZone));
    const after = newSalt(group, timeZone, localDay(tomorrow.until, timeZone));
    return [yesterday, today, tomorrow, after];
  });
}
