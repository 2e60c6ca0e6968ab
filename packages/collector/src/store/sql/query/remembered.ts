/** What a reader remembers of days that did not change since, so that a question about a month reads one day. */
export interface Remembered {
  /** What was made for this key and version, made now if it was not. */
  get<Value extends Measured>(key: string, version: string | number, make: () => Value): Value;
  /** Forgets all of it: versions count anew where a server lost its last commits, or is another. */
  clear(): void;
}

/** Something whose memory is known. */
export interface Measured {
  readonly bytes: number;
}

/** Remembers up to about `most` bytes; what was not asked for longest goes first. */
export function remembered(most: number): Remembered {
  const known = new Map<string, { readonly version: string | number; readonly value: Measured }>();
  let held = 0;
  const forget = (key: string): void => {
    held -= known.get(key)?.value.bytes ?? 0;
    known.delete(key);
  };
  return {
    get<Value extends Measured>(key: string, version: string | number, make: () => Value): Value {
      const found = known.get(key);
      const value = found?.version === version ? (found.value as Value) : make();
      // Last in the order of the map is what was asked for last.
      forget(key);
      known.set(key, { version, value });
      held += value.bytes;
      for (const oldest of known.keys()) {
        if (held <= most) break;
        forget(oldest);
      }
      return value;
    },
    clear() {
      known.clear();
      held = 0;
    },
  };
}
