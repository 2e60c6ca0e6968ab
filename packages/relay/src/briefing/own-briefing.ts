import type { Briefing, Salt, SiteBriefing } from "@isotherm/protocol";
import { saltsWanted } from "@isotherm/protocol/seal";
import { withoutOldSalts } from "./old-salts.js";
import type { Snapshot } from "./snapshot.js";

/**
 * The briefing of a relay without a collector: it makes the salts of its sites' days itself, so that the visitor's address
 * stops here as well, and keeps and forgets them as those of a collector. Two relays tell the same visitor apart.
 */
export function ownBriefing(options: {
  readonly sites: readonly SiteBriefing[];
  readonly snapshot: Snapshot;
  readonly now: () => number;
}): () => Promise<Briefing> {
  const { sites, snapshot, now } = options;
  let held: readonly Salt[] | undefined;
  return async () => {
    held ??= (await snapshot.load())?.salts ?? [];
    const at = now();
    const known = new Set(held.map(nameOf));
    const fresh = saltsWanted(sites, at).filter((salt) => !known.has(nameOf(salt)));
    const briefing = withoutOldSalts({ at, sites: [], salts: [...held, ...fresh] }, at);
    held = briefing.salts;
    return briefing;
  };
}

const nameOf = ({ group, day }: Salt): string => `${day} ${group}`;
