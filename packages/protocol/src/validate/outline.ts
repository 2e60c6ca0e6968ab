/** Where the batches of a body lie, found before it is parsed. */
export interface Outline {
  /** Some value lies deeper than the limit. */
  readonly deep: boolean;
  /**
   * Bytes of each element of the top-level `batches`, in order. Only to be believed when the body parses and there are
   * as many as it has batches: then each element is an object or an array, and has been measured.
   */
  readonly sizes: readonly number[];
}

const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const name = new TextEncoder().encode("batches");

/**
 * Walks a JSON body once, without recursion: measures its depth before a parser or anything after it has to follow, and
 * its batches, so that none has to be written again to know its size.
 */
export function outline(bytes: Uint8Array, maxDepth: number): Outline {
  const { length } = bytes;
  let depth = 0;
  let sizes: number[] = [];
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
      if (depth > maxDepth) return { deep: true, sizes: [] };
      if (depth === 3) start = i;
      else if (depth === 2 && byte === openArray) {
        inBatches = isName(bytes, key, keyEnd);
        // Of two fields of one name, JSON.parse keeps the last.
        if (inBatches) sizes = [];
      }
    } else if (byte === closeObject || byte === closeArray) {
      if (depth === 3 && inBatches) sizes.push(i + 1 - start);
      else if (depth === 2) inBatches = false;
      depth--;
    }
  }
  return { deep: false, sizes: hidden ? [] : sizes };
}

function isName(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}
