import { checked } from "./check.js";
import type { SiteConfig } from "./options.js";
import type { ResolvedSite } from "./resolved.js";

/** Sites with their defaults applied. */
export function resolveSites(sites: readonly SiteConfig[], source: string): readonly ResolvedSite[] {
  const { sites: filled = [] } = checked({ sites }, source);
  return filled.map((site) => ({ ...site, name: site.name ?? site.id, group: site.group ?? site.id }) as ResolvedSite);
}
