const longest = 300_000;
/** What a server may ask for at most, in milliseconds. */
export const longestAsked = 3_600_000;

/**
 * Milliseconds to wait after `failures` failed attempts: full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/) from 1 s up to 5 min, and not less than
 * the server asked for, up to 1 h. What somebody has to mend, a wrong key or path, is not asked for often.
 */
export function backoff(status: number, failures: number, asked: number): number {
  const most = /40[134]|415/.test(`${status}`) ? longest : Math.min(longest, 500 * 2 ** failures);
  return Math.max(Math.random() * most, Math.min(asked || 0, longestAsked));
}
