const longest = 300_000;
const longestAsked = 3_600_000;

/**
 * Milliseconds to wait after `failures` failed attempts: full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/) from 1 s up to 5 min, and not less than
 * the server asked for, up to 1 h. A mistake that somebody must mend is tried slowly from the start.
 */
export function backoff(failures: number, random: number, asked: number, slowly: boolean): number {
  const jitter = random * (slowly ? longest : Math.min(longest, 500 * 2 ** failures));
  return Math.max(jitter, Math.min(asked, longestAsked));
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date). */
export function retryAfter(header: string | null | undefined, now: number): number {
  return header ? Math.max(0, Number(header) * 1000 || Date.parse(header) - now || 0) : 0;
}
