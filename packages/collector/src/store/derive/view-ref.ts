import { hash } from "node:crypto";

/** UUIDs of version 7 begin with their birth, in ms since 1970 (RFC 9562, 5.7). */
const born = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i;
const spanBits = 27;
const spans = 2 ** 13;
const hashes = 2 ** 39;

/**
 * A page view as a number, of 52 bits so that it stays exact as a JavaScript number: in front the 37 hours in which its id
 * was born, or seems to be, then a hash of its tab and id. Page views of one time lie together in an index, so that a
 * commit writes few of its pages however many times there are; of 10,000 in the same 37 hours, two share a number once in
 * 11,000 times.
 */
export function viewRef(tab: string, page: string): number {
  const digest = hash("sha256", `${tab}\n${page}`, "buffer");
  const time = born.exec(page);
  // Which of the spans: they begin anew every 35 years, the next time in 2039.
  const span = time ? Math.floor(Number.parseInt(`${time[1]}${time[2]}`, 16) / 2 ** spanBits) : digest.readUInt16BE(5);
  return (span % spans) * hashes + (digest.readUIntBE(0, 5) % hashes);
}
