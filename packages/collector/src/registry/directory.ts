import { parseUrl } from "@isotherm/protocol";
import type { Member } from "../store/people.js";
import type { Registry, Site, StoredKey } from "../store/sites.js";

/** A public key with the site that it belongs to. */
export interface SiteKey {
  /** With the origins that the key may be used from. */
  readonly site: Site;
  readonly revokedAt: number | null;
}

/** Kinds of keys that are kept as their hash. */
export type SecretKind = "read" | "write";

/** A registry, indexed for the questions that requests ask. */
export interface Directory {
  readonly registry: Registry;
  site(id: string): Site | undefined;
  /** Also finds revoked keys: what a relay received before the revocation is still welcome. */
  publicKey(key: string): SiteKey | undefined;
  relayKey(id: string): StoredKey | undefined;
  /** By the SHA-256 of the key, in hex. */
  secretKey(kind: SecretKind, digest: string): StoredKey | undefined;
  /** Events that may come under a key in a minute, where it has a bound of its own. */
  quota(key: string): number | undefined;
  /** A member that was not removed. */
  member(id: string): Member | undefined;
  /** The site that lists an origin of this host, as `shop.example` or `127.0.0.1:8080`, with that origin. */
  host(host: string): { readonly site: Site; readonly origin: string } | undefined;
  /** Whether any site allows this origin: all that can be known before a body has been read. */
  allowsSomewhere(origin: string): boolean;
}

/** Indexes a registry once, so that looking something up costs the same however many keys there are. */
export function directory(registry: Registry): Directory {
  const sites = new Map(registry.sites.map((site) => [site.id, site]));
  const publicKeys = new Map<string, SiteKey>();
  const relayKeys = new Map<string, StoredKey>();
  const secretKeys = { read: new Map<string, StoredKey>(), write: new Map<string, StoredKey>() };
  for (const key of registry.keys) {
    if (key.kind === "relay") relayKeys.set(key.id, key);
    else if (key.kind === "read" || key.kind === "write") {
      if (key.secret !== null) secretKeys[key.kind].set(key.secret, key);
    } else if (key.site !== null) {
      const site = sites.get(key.site);
      if (site) publicKeys.set(key.id, { site: narrowed(site, key), revokedAt: key.revokedAt });
    }
  }
  const hosts = new Map(
    // Of several sites on one host the first holds.
    registry.sites.toReversed().flatMap((site) =>
      site.origins.flatMap((origin) => {
        const host = parseUrl(origin)?.host;
        return host === undefined ? [] : [[host, { site, origin: normalOrigin(origin) }] as const];
      }),
    ),
  );
  const quotas = new Map(
    registry.keys.flatMap(({ id, eventsPerMinute }) => (eventsPerMinute ? [[id, eventsPerMinute]] : [])),
  );
  const members = new Map(
    registry.members?.flatMap((member) => (member.removedAt === null ? [[member.id, member]] : [])),
  );
  const origins = new Set(registry.sites.flatMap((site) => site.origins.map(normalOrigin)));
  return {
    registry,
    site: (id) => sites.get(id),
    publicKey: (key) => publicKeys.get(key),
    relayKey: (id) => relayKeys.get(id),
    secretKey: (kind, digest) => secretKeys[kind].get(digest),
    quota: (key) => quotas.get(key),
    member: (id) => members.get(id),
    host: (host) => hosts.get(host),
    allowsSomewhere: (origin) => origins.has("*") || origins.has(normalOrigin(origin)),
  };
}

/** Whether the site takes batches from pages of this origin. */
export function allowsOrigin(site: Site, origin: string): boolean {
  const wanted = normalOrigin(origin);
  return site.origins.some((allowed) => allowed === "*" || normalOrigin(allowed) === wanted);
}

/** The site as a key shows it that may only be used from some of its origins. */
function narrowed(site: Site, { origins }: StoredKey): Site {
  if (!origins || origins.includes("*")) return site;
  return { ...site, origins: origins.filter((origin) => allowsOrigin(site, origin)) };
}

function normalOrigin(origin: string): string {
  return origin.toLowerCase().replace(/\/+$/, "");
}
