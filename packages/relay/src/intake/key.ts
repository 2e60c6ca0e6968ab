import type { SiteBriefing } from "@isotherm/protocol";
import type { Keeper } from "../briefing/keeper.js";
import { RelayError } from "../relay-error.js";

/** Seconds after which it is worth trying again while the collector has not said which keys are valid. */
const retryAfter = 5;

/**
 * The site that a key belongs to. A key that is not in the book may be newer than the book, so the collector is asked;
 * only when it has answered lately is the key called unknown, and otherwise the sender is asked to come again.
 */
export async function siteOf(key: string, keeper: Keeper): Promise<SiteBriefing> {
  const known = keeper.book.site(key);
  if (known !== undefined) return known;
  const fresh = await keeper.ensure();
  const site = keeper.book.site(key);
  if (site !== undefined) return site;
  if (!fresh || !keeper.book.known) {
    throw new RelayError("unavailable", "the collector cannot be asked for this key; try again", { retryAfter });
  }
  throw new RelayError("key_unknown", "no site has this key; check it, or make one with `isotherm keys create`");
}
