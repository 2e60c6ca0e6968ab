import type { KeyScope, Member, Organisation, Retention } from "../store/people.js";
import type { KeyKind, Site, StoredKey } from "../store/sites.js";
import { defaultOrganisation } from "../store/sql/organisations.js";

/** A key without what is secret of it. */
export interface ShownKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly label: string;
  readonly scopes: readonly KeyScope[] | null;
  readonly origins: readonly string[] | null;
  readonly eventsPerMinute: number | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** A site as the operator sees it. */
export interface ShownProject {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly group: string;
  readonly timeZone: string;
  readonly origins: readonly string[];
  readonly privacy: Site["privacy"];
  readonly retention: Retention;
  readonly createdAt: number;
  readonly keys: readonly ShownKey[];
}

/** What making a key answers: `key` is shown this once. */
export interface MadeKeyAnswer extends ShownKey {
  readonly key: string;
}

/** A member with the key that was just made for them. */
export interface MadeMemberAnswer extends Member {
  readonly key: string;
}

/** An organisation with who belongs to it. */
export interface ShownOrganisation extends Organisation {
  readonly members: readonly Member[];
}

export function shownKey(key: StoredKey): ShownKey {
  const { id, kind, label, scopes = null, origins = null, eventsPerMinute = null, createdAt, revokedAt } = key;
  return { id, kind, label, scopes, origins, eventsPerMinute, createdAt, revokedAt };
}

export function shownProject(site: Site, keys: readonly StoredKey[]): ShownProject {
  const { id, name, organisation = defaultOrganisation, group, timeZone, origins, privacy, createdAt } = site;
  const { rawDays = 0, aggregateDays = 0, snapshotDays = 0 } = site.retention ?? {};
  return {
    ...{ id, name, organisation, group, timeZone, origins, privacy },
    retention: { rawDays, aggregateDays, snapshotDays },
    createdAt,
    keys: keys.filter((key) => key.site === id).map(shownKey),
  };
}
