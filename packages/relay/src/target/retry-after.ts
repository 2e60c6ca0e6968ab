/** Longest wait that a target can ask for: an hour, after which asking again costs one request. */
const longestMs = 3_600_000;

/**
 * Milliseconds of a `Retry-After` (RFC 9110, 10.2.3), in seconds or as a date; undefined when there is none to read. A date
 * is compared with the answer's own `Date`, so that it does not matter whose clock is wrong.
 */
export function retryAfterMs(header: string | undefined, date: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(date ?? "");
  return Number.isNaN(wait) ? undefined : Math.min(longestMs, Math.max(0, wait));
}
