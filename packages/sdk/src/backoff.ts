const longest = 300_000;
const longestAsked = 3_600_000;

/**
 * Milliseconds to wait after `failures` failed attempts: full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/) from 1 s up to 5 min, and not less than
 * the server asked for, up to 1 h.
 */
export function backoff(failures: number, asked: number): number {
  return Math.max(Math.random() * Math.min(longest, 500 * 2 ** failures), Math.min(asked, longestAsked));
}
