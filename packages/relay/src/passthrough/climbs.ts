/**
 * Whether a path holds a segment `.` or `..`, in any spelling that `URL`, a proxy or a backend may resolve: percent-encoded
 * (https://url.spec.whatwg.org/#double-dot-path-segment) once or more, between slashes, encoded slashes or backslashes,
 * around characters that `URL` leaves out, or before a parameter. What it led to could lie anywhere on the backend's origin.
 */
export function climbs(path: string): boolean {
  const [way = ""] = path.split("?", 1);
  return way
    .replace(/[\t\n\r]/g, "")
    .replace(/%(?:25)*2e/gi, ".")
    .split(/\/|\\|%(?:25)*(?:2f|5c)/i)
    .some((segment) => /^\.\.?(?:;|%(?:25)*3b|#|$)/i.test(segment));
}
