import { CollectorError } from "../collector-error.js";
import type { Site } from "../store/store.js";
import { type Asker, secretKeyOf } from "./secret-key.js";

/** What a valid read key opens. */
export interface Reader {
  /** The site it opens; null opens all. */
  readonly site: string | null;
  /** The sites it opens, by name. */
  sites(): readonly Site[];
  /** The site of this id. Throws the same `not_found` for a site that is not there and for one that this key does not open. */
  require(id: string): Site;
}

/** Finds who asks, by `Authorization: Bearer rd_…`. Throws as `secretKeyOf` does. */
export async function readerOf(authorization: string | undefined, from: Asker): Promise<Reader> {
  const key = await secretKeyOf("read", authorization, from);
  const known = from.registry.known();
  const opens = (site: string): boolean => key.site === null || key.site === site;
  return {
    site: key.site,
    sites: () => known.registry.sites.filter(({ id }) => opens(id)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    require(id) {
      const site = opens(id) ? known.site(id) : undefined;
      if (!site) throw new CollectorError("not_found", "this read key opens no site of this id; see /v1/sites");
      return site;
    },
  };
}
