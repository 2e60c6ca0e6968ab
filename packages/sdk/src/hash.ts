/** 32 bits of a text, as FNV-1a mixes them (http://www.isthe.com/chongo/tech/comp/fnv/): enough to tell the texts of one page apart, and to draw lots. */
export function hash(words: string): number {
  let sum = 0;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
