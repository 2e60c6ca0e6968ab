import { parseUrl } from "@isotherm/protocol";
/** Where a page lies. */
export interface Place {
  /** Empty where the address has none. */
  readonly host: string;
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly search: string;
}

/** The parts of an address; one that is none is a path as a whole, because a page may say anything. */
export function placeOf(url: string): Place {
  const parsed = parseUrl(url);
  if (parsed === undefined) return { host: "", path: url, search: "" };
  const { host, pathname, search } = parsed;
  return { host, path: pathname, search };
}
