/** What a relay must know of one site to take its batches. */
export interface SiteBriefing {
  /** The site's id. */
  readonly id: string;
  /** Visitors are told apart within a group: the sites of one group share their daily hashes. */
  readonly group: string;
  /** IANA time zone in which the group's days begin. */
  readonly timeZone: string;
  /** Public keys that are valid now. */
  readonly keys: readonly string[];
  /** Allowed origins as `https://shop.example`; `*` allows all. */
  readonly origins: readonly string[];
  /** What happens to visitors who send GPC or DNT. */
  readonly privacy: PrivacyPolicy;
}

/** Per signal: `drop` the visitor's batches, `strip` their identifiers and address, or `ignore` the signal. */
export interface PrivacyPolicy {
  readonly gpc: "drop" | "strip" | "ignore";
  readonly dnt: "drop" | "strip" | "ignore";
}

/** A random secret that daily visitors of one site group are hashed with. */
export interface Salt {
  readonly group: string;
  /** The local day, as `2026-11-21`. */
  readonly day: string;
  /** The day's first and last millisecond, `from ≤ at < until`. */
  readonly from: number;
  readonly until: number;
  /** 32 random bytes, base64. */
  readonly secret: string;
}

/**
 * The answer of `GET /v1/briefing`, which a collector gives to its signed relays: keys and origins to check by, and the
 * salts of yesterday, today and the next two days, so that a relay works on through an outage of the collector.
 */
export interface Briefing {
  /** Collector's clock, in ms since 1970. */
  readonly at: number;
  readonly sites: readonly SiteBriefing[];
  readonly salts: readonly Salt[];
}
