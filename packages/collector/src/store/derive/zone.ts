/** Milliseconds of a day, by the clock on the wall of nowhere with summer time. */
export const dayLength = 86_400_000;

/** A local day as a number: days since 1970-01-01. */
export type Day = number;

const quarter = 900_000;
const remembered = 20_000;

/** Reads instants as the local time of one zone; offsets are remembered, since Intl takes microseconds for each. */
export interface Zone {
  /** Milliseconds to add to an instant to read its local time off as if it were UTC. */
  offset(at: number): number;
  /** The local day of an instant. */
  day(at: number): Day;
  /** The first instant of a local day. */
  start(day: Day): number;
}

const zones = new Map<string, Zone>();

/** The zone of this IANA name. Throws a RangeError for names that there are not. */
export function zone(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const made = makeZone(timeZone);
  zones.set(timeZone, made);
  return made;
}

function makeZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsets = new Map<number, number>();

  // Every zone of today changes its offset on a quarter of an hour.
  const offset = (at: number): number => {
    const slot = Math.floor(at / quarter);
    const known = offsets.get(slot);
    if (known !== undefined) return known;
    if (offsets.size > remembered) offsets.clear();
    const parts: { [type: string]: number } = {};
    for (const part of format.formatToParts(slot * quarter)) parts[part.type] = Number(part.value);
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = parts;
    const found = Date.UTC(year, month - 1, date, hour, minute, second) - slot * quarter;
    offsets.set(slot, found);
    return found;
  };
  const day = (at: number): Day => Math.floor((at + offset(at)) / dayLength);
  return {
    offset,
    day,
    start(of) {
      const midnight = of * dayLength;
      const candidates = [-1, 0, 1].map((days) => midnight - offset(midnight + days * dayLength));
      candidates.sort((a, b) => a - b);
      return candidates.find((at) => day(at) === of && day(at - 1) < of) ?? midnight - offset(midnight);
    },
  };
}

/** `2026-11-21` as a day. */
export function dayOf(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / dayLength;
}

/** A day as `2026-11-21`. */
export function dayText(day: Day): string {
  return new Date(day * dayLength).toISOString().slice(0, 10);
}
