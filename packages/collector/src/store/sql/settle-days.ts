import { type DayWriter, renewOne } from "./days.js";

/** A dirty day, and which of its changes was the last when it was looked at. */
interface DirtyDay {
  readonly site: number;
  readonly day: number;
  readonly version: number;
}

/** One that may have its turn; a day that was busy for long whatever happens to it meanwhile. */
interface RipeDay extends DirtyDay {
  readonly busy: boolean;
}

/** What a turn came to: there is more to do at once, days wait until nobody writes to them, or none is dirty. */
export type Settling = "more" | "waiting" | "settled";

/** Milliseconds that a day may stay dirty because somebody writes to it again and again. */
const patience = 300_000;
/** As many times longer than deriving it takes, so that it costs a fiftieth of the writer's time at most. */
const rest = 50;

/**
 * Derives dirty days again, one a turn, once nobody wrote to them from one look to the next, whichever collector it was: each
 * time costs as much as the day is large, and where visits go on coming its rows would hold for less than a second. Queries
 * read the sessions of a dirty day. One that is never quiet has its turn every five minutes, or more rarely where that takes
 * long: not all that touches a day changes its visits, and what it has too many values of is counted then. Every call is a
 * turn; the first after `waiting` or `settled` looks at all dirty days.
 */
export function daySettler(writer: DayWriter, clock: () => number): () => Settling {
  const { connection } = writer;
  /** By day, its version at the last look, and when it was first found dirty. */
  let seen = new Map<string, { readonly version: number; readonly since: number }>();
  /** What is left of this look; null before it. */
  let ripe: RipeDay[] | null = null;
  let waiting = false;
  /** Milliseconds that the slowest day took. */
  let slowest = 0;

  const look = (): RipeDay[] => {
    const dirty = connection.all<DirtyDay>(`${dirtyDays} ORDER BY d.day, d.site`);
    const now = clock();
    const before = seen;
    seen = new Map(
      dirty.map((day) => [nameOf(day), { version: day.version, since: before.get(nameOf(day))?.since ?? now }]),
    );
    const found = dirty.flatMap((day): RipeDay[] => {
      const known = before.get(nameOf(day));
      if (!known) return [];
      if (known.version === day.version) return [{ ...day, busy: false }];
      return now - known.since >= Math.max(patience, rest * slowest) ? [{ ...day, busy: true }] : [];
    });
    waiting = found.length < dirty.length;
    return found;
  };

  /** False when somebody derived it, or wrote to a quiet one, since it was looked at. */
  const renew = ({ site, day, version, busy }: RipeDay): boolean => {
    const now = connection.get<DirtyDay>(`${dirtyDays} WHERE d.site = ? AND d.day = ?`, site, day);
    if (!now || (now.version !== version && !busy)) return false;
    const started = clock();
    renewOne(writer, now);
    slowest = Math.max(slowest, clock() - started);
    seen.delete(nameOf(now));
    return true;
  };

  return () => {
    ripe ??= look();
    const [next, ...others] = ripe;
    if (next) {
      if (!connection.write(() => renew(next))) waiting = true;
      ripe = others;
      return "more";
    }
    ripe = null;
    return waiting ? "waiting" : "settled";
  };
}

const nameOf = ({ site, day }: DirtyDay): string => `${site} ${day}`;

const dirtyDays = `SELECT d.site, d.day, COALESCE(v.version, 0) AS version FROM dirty_days d
  LEFT JOIN day_versions v ON v.site = d.site AND v.day = d.day`;
