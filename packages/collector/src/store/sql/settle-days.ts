import { type DayWriter, renewOne } from "./days.js";

/** A dirty day, and which of its changes was the last when it was looked at. */
interface DirtyDay {
  readonly site: number;
  readonly day: number;
  readonly version: number;
}

/** What a turn came to: there is more to do at once, days wait until nobody writes to them, or none is dirty. */
export type Settling = "more" | "waiting" | "settled";

/**
 * Derives dirty days again, one a turn, once nobody wrote to them from one look to the next, whichever collector it was: each
 * time costs as much as the day is large, and where visits go on coming its rows would hold for less than a second. Queries
 * read the sessions of a dirty day. Every call is a turn; the first after `waiting` or `settled` looks at all dirty days.
 */
export function daySettler(writer: DayWriter): () => Settling {
  const { connection } = writer;
  /** Versions at the last look. */
  let seen = new Map<string, number>();
  /** What is left of this look; null before it. */
  let quiet: DirtyDay[] | null = null;
  let waiting = false;

  const look = (): DirtyDay[] => {
    const dirty = connection.all<DirtyDay>(`${dirtyDays} ORDER BY d.day, d.site`);
    const unchanged = dirty.filter((day) => seen.get(nameOf(day)) === day.version);
    seen = new Map(dirty.map((day) => [nameOf(day), day.version]));
    waiting = unchanged.length < dirty.length;
    return unchanged;
  };

  /** False when somebody wrote to it, or derived it, since it was looked at. */
  const renew = ({ site, day, version }: DirtyDay): boolean => {
    const now = connection.get<DirtyDay>(`${dirtyDays} WHERE d.site = ? AND d.day = ?`, site, day);
    if (now?.version !== version) return false;
    renewOne(writer, now);
    return true;
  };

  return () => {
    quiet ??= look();
    const [next, ...rest] = quiet;
    if (next) {
      if (!connection.write(() => renew(next))) waiting = true;
      quiet = rest;
      return "more";
    }
    quiet = null;
    return waiting ? "waiting" : "settled";
  };
}

const nameOf = ({ site, day }: DirtyDay): string => `${site} ${day}`;

const dirtyDays = `SELECT d.site, d.day, COALESCE(v.version, 0) AS version FROM dirty_days d
  LEFT JOIN day_versions v ON v.site = d.site AND v.day = d.day`;
