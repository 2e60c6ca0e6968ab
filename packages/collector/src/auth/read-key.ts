import { createHash } from "node:crypto";
import { CollectorError } from "../collector-error.js";
import type { RegistryKeeper } from "../registry/registry-keeper.js";
import type { Site } from "../store/store.js";
import type { Buckets } from "./buckets.js";

/** What a valid read key opens. */
export interface Reader {
  /** The site it opens; null opens all. */
  readonly site: string | null;
  /** The sites it opens, by name. */
  sites(): readonly Site[];
  /** The site of this id. Throws the same `not_found` for a site that is not there and for one that this key does not open. */
  require(id: string): Site;
}

const form = /^Bearer +(rd_[0-9A-Za-z]{32})$/i;

/**
 * Finds who asks, by `Authorization: Bearer rd_…`. Throws `token_invalid`, and `rate_limited` once an address has been
 * wrong too often, whatever it shows then: else guessing would only be slowed down, not stopped.
 */
export async function readerOf(
  authorization: string | undefined,
  from: { readonly address: string; readonly failures: Buckets; readonly registry: RegistryKeeper },
): Promise<Reader> {
  const { address, failures, registry } = from;
  const wait = failures.wait(address);
  if (wait > 0)
    throw new CollectorError("rate_limited", "too many wrong read keys came from this address", {
      retryAfter: Math.ceil(wait / 1000),
    });
  if (authorization === undefined)
    throw new CollectorError("token_invalid", "send the read key as `Authorization: Bearer rd_…`");
  const token = form.exec(authorization)?.[1];
  const digest = token === undefined ? undefined : createHash("sha256").update(token).digest("hex");
  const key = digest === undefined ? undefined : await registry.find((known) => known.readKey(digest));
  const known = registry.current();
  if (key === undefined || key.revokedAt !== null || known === null) {
    failures.take(address);
    throw new CollectorError("token_invalid", "this read key is not valid; `isotherm keys create read` makes one");
  }
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
