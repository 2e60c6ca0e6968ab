/** Token buckets by name, of a minute's allowance each. */
export interface Buckets {
  /** Takes `n` tokens; 0 when granted, else the milliseconds after which they will be there. */
  take(name: string, n?: number): number;
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
  readonly now: () => number;
  readonly maxNames?: number;
}): Buckets {
  const { perMinute, now, maxNames = 50_000 } = options;
  const full = perMinute * minute;
  const held = new Map<string, Bucket>();

  function filled(name: string): Bucket {
    const at = now();
    const bucket = held.get(name) ?? { units: full, at };
    // A clock that is set back grants nothing and takes nothing.
    bucket.units = Math.min(full, bucket.units + Math.max(0, at - bucket.at) * perMinute);
    bucket.at = at;
    return bucket;
  }

  // More than a full bucket is granted to a full one, which then owes the rest: else it could never be granted.
  function lacking(bucket: Bucket, n: number): number {
    return Math.ceil(Math.max(0, Math.min(n * minute, full) - bucket.units) / perMinute);
  }

  return {
    wait: (name, n = 1) => lacking(filled(name), n),
    left(name) {
      const { units } = filled(name);
      const tokens = Math.max(0, Math.floor(units / minute));
      return { most: perMinute, tokens, refill: Math.ceil((full - units) / perMinute) };
    },
    take(name, n = 1) {
      const bucket = filled(name);
      const wait = lacking(bucket, n);
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
