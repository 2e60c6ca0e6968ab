/** A run of bytes: the first of it, and the first after it. */
export interface BytePlace {
  readonly from: number;
  readonly to: number;
}

/** What can be said of a body before it is parsed. */
export interface Outline {
  /** Too deep to be parsed: outside the batches over the limit, or inside one far over it. */
  readonly hopeless: boolean;
  /**
   * Where each element of the top-level `batches` begins and ends, in order. Only to be believed when the body parses and
   * there are as many as it has batches: then each element is an object or an array, and has been measured.
   */
  readonly places: readonly BytePlace[];
  /** Which of those elements nest deeper than the limit. */
  readonly deep: ReadonlySet<number>;
}

// How many times the limit a batch may nest and still be parsed, to be refused by its id. A megabyte of brackets takes
// V8 a second to parse; its neighbours must not pay for that.
const patience = 4;

const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const name = new TextEncoder().encode("batches");

/**
 * Walks a JSON body once, without recursion: measures its depth before anything has to follow it there, and its
 * batches, so that none has to be written again to know its size or to be handed on.
 */
export function outline(bytes: Uint8Array, maxDepth: number): Outline {
  const { length } = bytes;
  let depth = 0;
  const places: BytePlace[] = [];
  const deep = new Set<number>();
  let inBatches = false;
  let start = 0;
  let key = 0;
  let keyEnd = 0;
  let hidden = false;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i];
    if (byte === quote) {
      const from = ++i;
      let escaped = false;
      while (i < length && bytes[i] !== quote) {
        if (bytes[i] === backslash) {
          escaped = true;
          i++;
        }
        i++;
      }
      if (depth === 1) {
        key = from;
        keyEnd = i;
        // An escape can spell `batches` in a way that is not recognised here.
        hidden ||= escaped;
      }
    } else if (byte === openObject || byte === openArray) {
      depth++;
      if (depth > maxDepth) {
        if (!inBatches || depth > maxDepth * patience) return { hopeless: true, places, deep };
        deep.add(places.length);
      }
      if (depth === 3) start = i;
      else if (depth === 2) inBatches = byte === openArray && isName(bytes, key, keyEnd);
    } else if (byte === closeObject || byte === closeArray) {
      if (depth === 3 && inBatches) places.push({ from: start, to: i + 1 });
      else if (depth === 2) inBatches = false;
      depth--;
    }
  }
  return { hopeless: false, places: hidden ? [] : places, deep };
}

function isName(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}
