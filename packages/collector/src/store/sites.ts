import type { PrivacyPolicy } from "@isotherm/protocol";
import type { KeyScope, Member, Organisation, Retention } from "./people.js";

/** What a key belongs to. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  /** IANA time zone. */
  readonly timeZone: string;
  readonly origins: readonly string[];
  readonly privacy: PrivacyPolicy;
  /** Its visits were generated; every page that shows them says so. */
  readonly demo: boolean;
  /** ms since 1970. */
  readonly createdAt: number;
  /** How long what is kept. @default everything for ever */
  readonly retention?: Retention;
  /** Whom it belongs to. @default "default" */
  readonly organisation?: string;
}

/** Public keys go into pages, read keys into dashboards and scripts, write keys into servers, relay keys into relays. */
export type KeyKind = "public" | "read" | "write" | "relay";

/** A key as it is kept. */
export interface StoredKey {
  /** Names the key in lists; equal to the key itself for public keys, `rk_…` for relay keys. */
  readonly id: string;
  readonly kind: KeyKind;
  /** The site it opens; null opens all (relay keys, and the operator's read key). */
  readonly site: string | null;
  readonly label: string;
  /**
   * SHA-256 in hex of a read or write key; of a relay key its `whsec_…` secret, which checking needs in
   * clear, or its `whpk_…` public key, two of them while they rotate, parted by a space; null for public keys.
   */
  readonly secret: string | null;
  readonly createdAt: number;
  /** Refused from then on, in ms since 1970; null while valid. */
  readonly revokedAt: number | null;
  /** Of a read key that opens every site of an organisation: which. @default none */
  readonly organisation?: string | null;
  /** What a read key may do. @default stats and visitors, or what the role of its member says */
  readonly scopes?: readonly KeyScope[] | null;
  /** Of a public key: the only origins of the site's that it may be used from. @default all of them */
  readonly origins?: readonly string[] | null;
  /** Events that may come under a public or write key in a minute. @default the collector's bound */
  readonly eventsPerMinute?: number | null;
  /** Whose key it is; it is worth what the member's role is. @default nobody's */
  readonly member?: string | null;
}

/** A key that takes another's place. */
export interface Rotation {
  /** Of the key that goes. */
  readonly id: string;
  /** The key that comes; it is made at its `createdAt`. */
  readonly next: StoredKey;
  /** How long the one that goes is believed beside it, in ms since 1970. */
  readonly until: number;
}

/** Everything that intake needs to know, small enough to hold in memory. */
export interface Registry {
  readonly sites: readonly Site[];
  readonly keys: readonly StoredKey[];
  /** Absent in what an older collector remembered. */
  readonly organisations?: readonly Organisation[];
  readonly members?: readonly Member[];
}
