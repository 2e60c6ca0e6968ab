/**
 * A value as one line of NDJSON, without its end. U+2028 and U+2029 are escaped, which `JSON.stringify` leaves as they are:
 * some readers end lines at them, as readline does from Node 24 on (https://github.com/nodejs/node/pull/57591).
 */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`);
