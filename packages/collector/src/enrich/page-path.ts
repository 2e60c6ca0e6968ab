import { notSet } from "./not-set.js";

/**
 * The page that an address shows: its path without query and hash, `index.html`, and trailing slash; the root stays `/`.
 * Case is kept: servers tell paths apart by it.
 */
export function pagePath(url: string): string {
  if (!URL.canParse(url)) return notSet;
  const path = new URL(url).pathname.replace(/\/index\.html?$/i, "/");
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : "/";
}
