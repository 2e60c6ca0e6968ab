/** Token buckets by name. */
export interface TokenBuckets {
  /** Takes `cost` tokens: 0 when they were there, else the milliseconds after which it is worth asking again. */
  take(name: string, cost: number): number;
  /** Puts back what was taken for nothing. */
  give(name: string, cost: number): void;
}

interface Bucket {
  /** In units of which a token has as many as a minute has milliseconds: so everything stays a whole number. */
  units: number;
  at: number;
}

const minute = 60_000;

/**
 * Buckets that hold, and gain within a minute, `perMinute` tokens. A cost above that is let through by a full bucket,
 * which then stays below zero for as long as it takes: else such a request could never pass.
 *
 * At most `capacity` names are remembered, in two generations: what was not used for a while goes first, and a bucket that
 * went unused for a minute is full again anyway.
 */
export function tokenBuckets(options: { perMinute: number; capacity: number; now: () => number }): TokenBuckets {
  const { perMinute, capacity, now } = options;
  const full = perMinute * minute;
  let young = new Map<string, Bucket>();
  let old = new Map<string, Bucket>();

  const bucketOf = (name: string): Bucket => {
    const known = young.get(name);
    if (known !== undefined) return known;
    const bucket = old.get(name) ?? { units: full, at: now() };
    if (young.size >= capacity / 2) {
      old = young;
      young = new Map();
    }
    young.set(name, bucket);
    return bucket;
  };

  return {
    take(name, cost) {
      const bucket = bucketOf(name);
      const at = now();
      // A clock that was set back gives nothing, and takes nothing.
      bucket.units = Math.min(full, bucket.units + Math.max(0, at - bucket.at) * perMinute);
      bucket.at = at;
      const wanted = Math.min(cost * minute, full);
      if (bucket.units < wanted) return Math.ceil((wanted - bucket.units) / perMinute);
      bucket.units -= cost * minute;
      return 0;
    },
    give(name, cost) {
      const bucket = bucketOf(name);
      bucket.units = Math.min(full, bucket.units + cost * minute);
    },
  };
}
