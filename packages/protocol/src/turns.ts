/** Deals out turns by name: who asks when too many were given lately goes without. */
export interface Turns {
  take(name: string): boolean;
}

/** Names that are remembered; the oldest are forgotten first, and so may be given a few turns more. */
const remembered = 10_000;

/** `most` turns in every `every` milliseconds for each name. */
export function turns(options: { readonly most: number; readonly every: number; readonly now: () => number }): Turns {
  const { most, every, now } = options;
  const given = new Map<string, { since: number; count: number }>();
  return {
    take(name) {
      const at = now();
      const known = given.get(name);
      // A clock that is set back begins anew.
      if (known === undefined || at < known.since || at - known.since >= every) {
        given.delete(name);
        given.set(name, { since: at, count: 1 });
        if (given.size > remembered) {
          const oldest = given.keys().next();
          if (!oldest.done) given.delete(oldest.value);
        }
        return true;
      }
      if (known.count >= most) return false;
      known.count++;
      return true;
    },
  };
}
