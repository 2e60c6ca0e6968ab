import type { Briefing, Salt, SiteBriefing } from "@isotherm/protocol";

/** Everything that the intake looks up, made ready for looking up. */
export interface Book {
  /** Every valid key is in here. While this is false, an unknown key may be a good one. */
  readonly known: boolean;
  readonly salts: readonly Salt[];
  readonly sites: readonly SiteBriefing[];
  site(key: string): SiteBriefing | undefined;
  /** Whether any site takes batches from pages of this origin. */
  allows(origin: string): boolean;
}

/** A book of the sites named in the options and those of a briefing, once there is one. */
export function book(options: {
  readonly sites: readonly SiteBriefing[];
  readonly briefing: Briefing | undefined;
  readonly known: boolean;
}): Book {
  const sites = [...(options.briefing?.sites ?? []), ...options.sites];
  const byKey = new Map(sites.flatMap((site) => site.keys.map((key) => [key, site] as const)));
  const origins = new Set(sites.flatMap((site) => site.origins.map((origin) => origin.toLowerCase())));
  return {
    known: options.known,
    salts: options.briefing?.salts ?? [],
    sites,
    site: (key) => byKey.get(key),
    allows: (origin) => origins.has("*") || origins.has(origin.toLowerCase()),
  };
}
