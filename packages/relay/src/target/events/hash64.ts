/**
 * 64 bits of a text as 16 hexadecimal digits, for backends whose ids have a form of their own: the same text always gives
 * the same id. Two FNV-1a hashes (http://www.isthe.com/chongo/tech/comp/fnv/) with murmur3's finish; no secret survives it,
 * and none is meant to.
 */
export function hash64(text: string): string {
  return half(text, 0x811c9dc5) + half(text, 0x01000193 ^ text.length);
}

function half(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
