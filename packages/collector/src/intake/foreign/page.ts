import type { IncomingHttpHeaders } from "node:http";
import { limits, type Page, parseUrl } from "@isotherm/protocol";
import type { Site } from "../../store/sites.js";
import { nameOf } from "./ids.js";

/** What a foreign format knows of a page, and at least its whole address. */
export type KnownPage = { readonly [field in keyof Page]?: Page[field] | undefined } & { readonly url: string };

/**
 * The facts of a page view as the protocol wants them all. Lengths that are not known are 0. Without an id for the page view
 * it is known by its address: whoever sees a page twice in one visit then sees it in one row.
 */
export function pageOf({ url, ...known }: KnownPage): Page {
  const sizes = { vw: 0, vh: 0, dw: 0, dh: 0, sw: 0, sh: 0, dpr: 1 };
  return { id: nameOf("page", url), nav: "load", ...sizes, ...defined(known), url: url.slice(0, limits.url) };
}

function defined(known: Partial<KnownPage>): Partial<Page> {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

/**
 * The origin that paths belong to: the request's, that of its `Referer`, or where a server sends them the first that the site
 * lists.
 */
export function originOf({ origin, referer }: IncomingHttpHeaders, site: Site): string {
  if (origin !== undefined && origin !== "null") return origin;
  const from = referer === undefined ? undefined : parseUrl(referer)?.origin;
  if (from !== undefined) return from;
  // https://www.rfc-editor.org/rfc/rfc2606#section-2: a name that is nobody's.
  return site.origins.find((listed) => parseUrl(listed) !== undefined) ?? "https://unknown.invalid";
}

/** The whole address of a path, or of what is a whole address already. */
export function addressOf(origin: string, path: string): string {
  return parseUrl(path, origin)?.href ?? origin;
}
