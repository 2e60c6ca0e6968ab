import { CollectorError } from "../collector-error.js";
import type { Site } from "../store/store.js";
import type { IntakeParts } from "./parts.js";

/** The site of a public key that is valid now. Throws `key_unknown`, or `unavailable` while that could be wrong. */
export async function findSite(key: string, { registry }: IntakeParts): Promise<Site> {
  const found = await registry.find((known) => known.publicKey(key));
  if (found === undefined || found.revokedAt !== null)
    throw new CollectorError("key_unknown", "no site has this key; see the keys of the site with `isotherm keys list`");
  return found.site;
}
