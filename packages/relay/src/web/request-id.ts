const sane = /^[\w.:-]{1,64}$/;

/** The id that a request goes by in answers and logs: the one it came with, where that is harmless, or a new one. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && sane.test(header) ? header : crypto.randomUUID();
}
