/** A UUID as four words. */
export type Uuid = Uint32Array;

/** UUIDs of 16 bytes each in one block: as texts in a `Set` they would take several times that, and the garbage collector's time. */
export interface UuidSet {
  readonly size: number;
  has(uuid: Uuid): boolean;
  add(uuid: Uuid): void;
  clear(): void;
}

const WORDS = 4;
const SLOTS_MIN = 1024;
/** The share of its slots that a set fills at most before it takes twice as many. */
const LOAD_MAX = 0.8;

/**
 * A table with open addressing, in which the nil UUID stands for a free slot and cannot be held. Senders choose ids, so none
 * may be able to guess where one goes: tables of random words tell, which is as good as linear probing needs (Pătraşcu and
 * Thorup, "The Power of Simple Tabulation Hashing", Journal of the ACM 59(3), 2012).
 */
export function uuidSet(): UuidSet {
  const random = crypto.getRandomValues(new Uint32Array(WORDS * 4 * 256));
  let slots = SLOTS_MIN;
  let table = new Uint32Array(slots * WORDS);
  let size = 0;

  const hash = (words: Uint32Array, at: number): number => {
    let mixed = 0;
    for (let word = 0; word < WORDS; word++) {
      const value = words[at + word] as number;
      const row = word * 1024;
      mixed ^= random[row + (value & 0xff)] as number;
      mixed ^= random[row + 0x100 + ((value >>> 8) & 0xff)] as number;
      mixed ^= random[row + 0x200 + ((value >>> 16) & 0xff)] as number;
      mixed ^= random[row + 0x300 + (value >>> 24)] as number;
    }
    return mixed;
  };

  const isFree = (at: number): boolean =>
    table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;

  /** Where the UUID at this place of `words` is in the table, or else the free slot that it would get. */
  const find = (words: Uint32Array, from: number): number => {
    for (let slot = hash(words, from); ; slot++) {
      const at = (slot & (slots - 1)) * WORDS;
      const isThere =
        table[at] === words[from] &&
        table[at + 1] === words[from + 1] &&
        table[at + 2] === words[from + 2] &&
        table[at + 3] === words[from + 3];
      if (isThere || isFree(at)) return at;
    }
  };

  const put = (words: Uint32Array, from: number): void => {
    const at = find(words, from);
    if (!isFree(at)) return;
    for (let word = 0; word < WORDS; word++) table[at + word] = words[from + word] as number;
    size++;
  };

  const grow = (): void => {
    const before = table;
    slots *= 2;
    table = new Uint32Array(slots * WORDS);
    size = 0;
    // A free slot finds a free slot, and stays one.
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at] || before[at + 1] || before[at + 2] || before[at + 3]) put(before, at);
    }
  };

  return {
    get size() {
      return size;
    },
    has: (uuid) => !isFree(find(uuid, 0)),
    add(uuid) {
      put(uuid, 0);
      if (size > slots * LOAD_MAX) grow();
    },
    clear() {
      table.fill(0);
      size = 0;
    },
  };
}

const LENGTH = 36;
const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);

/** Reads UUIDs as they are written in lower case; null for the nil UUID and any other text. What it gives is the same each time. */
export function uuidReader(): (text: string) => Uuid | null {
  const words = new Uint32Array(WORDS);
  return (text) => {
    if (text.length !== LENGTH) return null;
    words.fill(0);
    let digits = 0;
    for (let index = 0; index < LENGTH; index++) {
      const code = text.charCodeAt(index);
      if (DASHES.has(index)) {
        if (code !== 0x2d) return null;
        continue;
      }
      const digit = digitOf(code);
      if (digit < 0) return null;
      const word = digits++ >> 3;
      words[word] = ((words[word] as number) << 4) | digit;
    }
    return words.some((word) => word !== 0) ? words : null;
  };
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
