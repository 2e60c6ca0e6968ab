/** Token buckets by name, of a minute's allowance each. */
export interface Buckets {
  /** Takes `n` tokens; 0 when granted, else the milliseconds after which they will be there. */
  take(name: string, n?: number): number;
  /** Puts back what was taken for nothing. */
  give(name: string, n: number): void;
  /** The milliseconds that `take` would answer, without taking. */
  wait(name: string, n?: number): number;
  /** What a name has left: whole tokens of `most`, and the milliseconds until it has them all again. */
  left(name: string): { readonly most: number; readonly tokens: number; readonly refill: number };
}

interface Bucket {
  /** In units of which a token has as many as a minute has milliseconds: so everything stays a whole number. */
  units: number;
  at: number;
}

const minute = 60_000;

/**
 * Buckets are held in memory only, and the longest unused are forgotten first: a flood of names costs memory up to
 * `maxNames` and no more.
 */
export function buckets(options: {
  readonly perMinute: number;
  /** What a name has instead; undefined for those that have the usual. @default nobody has anything else */
  readonly perMinuteOf?: (name: string) => number | undefined;
  readonly now: () => number;
  readonly maxNames?: number;
}): Buckets {
  const { now, maxNames = 50_000, perMinuteOf = () => undefined } = options;
  const rateOf = (name: string): number => perMinuteOf(name) ?? options.perMinute;
  const held = new Map<string, Bucket>();

  function filled(name: string): Bucket {
    const at = now();
    const perMinute = rateOf(name);
    const bucket = held.get(name) ?? { units: perMinute * minute, at };
    // A clock that is set back grants nothing and takes nothing.
    bucket.units = Math.min(perMinute * minute, bucket.units + Math.max(0, at - bucket.at) * perMinute);
    bucket.at = at;
    return bucket;
  }

  // More than a full bucket is granted to a full one, which then owes the rest: else it could never be granted.
  function lacking(bucket: Bucket, n: number, perMinute: number): number {
    return Math.ceil(Math.max(0, Math.min(n, perMinute) * minute - bucket.units) / perMinute);
  }

  return {
    wait: (name, n = 1) => lacking(filled(name), n, rateOf(name)),
    left(name) {
      const { units } = filled(name);
      const tokens = Math.max(0, Math.floor(units / minute));
      const most = rateOf(name);
      return { most, tokens, refill: Math.ceil((most * minute - units) / most) };
    },
    give(name, n) {
      const bucket = filled(name);
      bucket.units = Math.min(rateOf(name) * minute, bucket.units + n * minute);
    },
    take(name, n = 1) {
      const bucket = filled(name);
      const wait = lacking(bucket, n, rateOf(name));
      if (wait === 0) bucket.units -= n * minute;
      held.delete(name);
      held.set(name, bucket);
      if (held.size > maxNames) {
        const oldest = held.keys().next();
        if (!oldest.done) held.delete(oldest.value);
      }
      return wait;
    },
  };
}
