import { isValid } from "../auth/is-valid.js";
import { CollectorError } from "../collector-error.js";
import type { Site } from "../store/sites.js";
import { admit, type UnsignedRequest } from "./admit.js";
import type { IntakeParts } from "./parts.js";

/**
 * The site of a public key that is valid now, for a request that may bring it batches. Throws `key_unknown`, `unavailable`
 * while that could be wrong, and what is wrong with its token.
 */
export async function findSite(key: string, request: UnsignedRequest, parts: IntakeParts): Promise<Site> {
  const { registry, now } = parts;
  const found = await registry.find((known) => known.publicKey(key));
  if (found === undefined || !isValid(found, now()))
    throw new CollectorError("key_unknown", "no site has this key; see the keys of the site with `isotherm keys list`");
  await admit(found.site, request, parts);
  return found.site;
}
