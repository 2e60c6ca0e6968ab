import { type WidthClass, widthClasses } from "./heatmap.js";

/**
 * The page that an address shows: its path without query and hash, `index.html`, and trailing slash; the root stays `/`.
 * Case is kept: servers tell paths apart by it. Undefined for what is no address.
 */
export function pagePath(url: string): string | undefined {
  let path: string;
  try {
    path = new URL(url).pathname.replace(/\/index\.html?$/i, "/");
  } catch {
    return undefined;
  }
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : "/";
}

/** The largest width class that a viewport reaches. */
export function widthClass(viewport: number): WidthClass {
  return widthClasses.findLast((edge) => edge <= viewport) ?? 0;
}
