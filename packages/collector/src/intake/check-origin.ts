import { type Batch, parseUrl } from "@isotherm/protocol";
import { CollectorError } from "../collector-error.js";
import { allowsOrigin } from "../registry/directory.js";
import type { Site } from "../store/sites.js";

/**
 * Throws `origin_refused` for pages that are not the site's. A page with `no-referrer` sends beacons with a null origin, and
 * a server sends none: then the pages' own addresses are judged.
 */
export function checkOrigin(site: Site, origin: string | undefined, batches: readonly Batch[]): void {
  const origins = origin === undefined || origin === "null" ? batches.map(({ page }) => originOf(page.url)) : [origin];
  const foreign = origins.find((candidate) => !allowsOrigin(site, candidate));
  if (foreign !== undefined)
    throw new CollectorError("origin_refused", `the site does not list ${foreign} among its origins`);
}

function originOf(url: string): string {
  return parseUrl(url)?.origin ?? url;
}
