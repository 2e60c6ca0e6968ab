/** Token buckets by name, of a minute's allowance each. */
export interface Buckets {
  /** Takes `n` tokens; 0 when granted, else the milliseconds after which they will be there. */
  take(name: string, n?: number): number;
  /** The milliseconds that `take` would answer, without taking. */
  wait(name: string, n?: number): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

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
  const perMillisecond = perMinute / 60_000;
  const held = new Map<string, Bucket>();

  function filled(name: string): Bucket {
    const at = now();
    const bucket = held.get(name) ?? { tokens: perMinute, at };
    // A clock that is set back grants nothing and takes nothing.
    bucket.tokens = Math.min(perMinute, bucket.tokens + Math.max(0, at - bucket.at) * perMillisecond);
    bucket.at = at;
    return bucket;
  }

  function lacking(bucket: Bucket, n: number): number {
    // More than a full bucket is granted to a full one, which then owes the rest: else it could never be granted.
    const missing = Math.min(n, perMinute) - bucket.tokens;
    return missing <= 0 ? 0 : Math.max(1, Math.ceil(missing / perMillisecond));
  }

  return {
    wait: (name, n = 1) => lacking(filled(name), n),
    take(name, n = 1) {
      const bucket = filled(name);
      const wait = lacking(bucket, n);
      if (wait === 0) bucket.tokens -= n;
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
