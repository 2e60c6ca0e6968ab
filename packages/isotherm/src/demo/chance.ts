/** Random numbers that a seed decides: the same seed, the same visits. */
export interface Chance {
  /** At least 0, less than 1. */
  number(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  yes(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** One of a list, as likely as its weight says. */
  weighted<T>(list: readonly T[], weight: (one: T) => number): T;
  /** About `mean`, within three deviations. */
  about(mean: number, deviation: number): number;
  bytes(count: number): Uint8Array;
  /** Letters and digits. */
  word(length: number): string;
}

/** A generator for a seed: sfc32, seeded by hashing (PractRand: http://pracrand.sourceforge.net). */
export function chance(seed: string): Chance {
  const next = sfc32(hash(seed, 1), hash(seed, 2), hash(seed, 3), hash(seed, 4));
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const at = <T>(list: readonly T[], index: number): T => {
    if (index < 0 || index >= list.length) throw new RangeError("an empty list has nothing to pick");
    return list[index] as T;
  };
  return {
    number: next,
    whole,
    yes: (probability) => next() < probability,
    pick: (list) => at(list, whole(0, list.length - 1)),
    weighted(list, weight) {
      let left = next() * list.reduce((sum, one) => sum + weight(one), 0);
      const found = list.findIndex((one) => {
        left -= weight(one);
        return left < 0;
      });
      return at(list, found < 0 ? list.length - 1 : found);
    },
    about: (mean, deviation) => mean + deviation * (next() + next() + next() + next() - 2) * 1.5,
    bytes: (count) => Uint8Array.from({ length: count }, () => whole(0, 255)),
    word: (length) => Array.from({ length }, () => letters.charAt(whole(0, letters.length - 1))).join(""),
  };
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

function hash(text: string, salt: number): number {
  let sum = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b9);
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return (sum ^ (sum >>> 13)) >>> 0;
}

function sfc32(a: number, b: number, c: number, counter: number): () => number {
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
