import type { SiteBriefing } from "@isotherm/protocol";
import type { Book } from "../briefing/book.js";
import { RelayError } from "../relay-error.js";
import type { Incoming } from "../web/exchange.js";

const refused = (): RelayError =>
  new RelayError("origin_refused", "pages of this origin may not send here; add it to the site's origins");

/** Whether some site takes batches from the page's origin; while no site is known, nothing can be said against it. */
export function originAllowed(incoming: Incoming, book: Book): boolean {
  const origin = incoming.header("origin");
  return origin === undefined || !book.known || book.allows(origin);
}

/**
 * Refuses pages of origins that no site names. Browsers send `Origin` with every POST, so a request without it comes from
 * a server or a tool, and passes unless the browser says that another site's page made it.
 */
export function checkOrigin(incoming: Incoming, book: Book): void {
  if (!originAllowed(incoming, book)) throw refused();
  const anonymous = incoming.header("origin") === undefined;
  if (anonymous && incoming.header("sec-fetch-site") === "cross-site") throw refused();
}

/** Refuses an origin that other sites name, but not the one that the key belongs to. */
export function checkSiteOrigin(incoming: Incoming, site: SiteBriefing): void {
  const origin = incoming.header("origin");
  if (origin !== undefined && !siteAllows(site, origin)) throw refused();
}

/** Whether a site takes batches from an origin. */
export function siteAllows(site: SiteBriefing, origin: string): boolean {
  return site.origins.some((allowed) => allowed === "*" || allowed.toLowerCase() === origin.toLowerCase());
}
