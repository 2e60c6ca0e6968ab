import { createHash } from "node:crypto";
import type { Registry, Site, Store, StoredKey } from "@isotherm/collector";
import type { ResolvedSite } from "../config/resolved.js";
import { publicKey, readKey, relayKey } from "./key.js";
import { readSecrets, type Secrets, writeSecrets } from "./secrets.js";

/** A site that is ready to receive. */
export interface PreparedSite {
  readonly site: Site;
  readonly publicKey: string;
}

/** What a collector's store holds for this machine, and what of it is new. */
export interface Prepared {
  readonly sites: readonly PreparedSite[];
  /** Opens every site in the dashboard. */
  readonly readKey: string;
  readonly relay: { readonly keyId: string; readonly secret: string };
  /** Names of what was made by this call; empty when everything was there. */
  readonly made: readonly ("site" | "public key" | "read key" | "relay key")[];
}

/** Sees to it that the configured sites, their public keys, a read key and a relay credential exist. */
export async function prepare(options: {
  readonly store: Store;
  readonly sites: readonly ResolvedSite[];
  /** Data folder, where the secrets are kept. */
  readonly data: string;
  readonly now: number;
}): Promise<Prepared> {
  const { store, sites, data, now } = options;
  const registry = await store.registry();
  const made = new Set<Prepared["made"][number]>();
  const prepared: PreparedSite[] = [];
  for (const wanted of sites) {
    const site = await prepareSite(store, registry, wanted, now, () => made.add("site"));
    const known = firstValid(registry, (key) => key.kind === "public" && key.site === site.id);
    if (known !== undefined) {
      prepared.push({ site, publicKey: known.id });
      continue;
    }
    const { stored } = publicKey({ site: site.id, label: "made by isotherm init", now });
    await store.putKey(stored);
    made.add("public key");
    prepared.push({ site, publicKey: stored.id });
  }

  const kept = await readSecrets(data);
  const secrets = { readKey: validReadKey(kept, registry), relay: validRelay(kept, registry) };
  const read = secrets.readKey === undefined ? readKey({ site: null, label: "made by isotherm init", now }) : undefined;
  const relay = secrets.relay === undefined ? relayKey({ label: "this machine's relay", now }) : undefined;
  const next = {
    readKey: secrets.readKey ?? read?.shown ?? "",
    relay: secrets.relay ?? { keyId: relay?.stored.id ?? "", secret: relay?.shown ?? "" },
  };
  // Kept before they are valid: a crash in between leaves keys that the next start makes again, never lost ones.
  if (read !== undefined || relay !== undefined) await writeSecrets(data, next);
  if (read !== undefined) {
    await store.putKey(read.stored);
    made.add("read key");
  }
  if (relay !== undefined) {
    await store.putKey(relay.stored);
    made.add("relay key");
  }
  return { sites: prepared, ...next, made: [...made] };
}

async function prepareSite(
  store: Store,
  registry: Registry,
  wanted: ResolvedSite,
  now: number,
  onMade: () => void,
): Promise<Site> {
  const known = registry.sites.find((site) => site.id === wanted.id);
  const { id, name, group, timeZone, origins, privacy } = wanted;
  const site: Site = {
    id,
    name,
    group,
    timeZone,
    origins,
    privacy,
    demo: known?.demo ?? false,
    createdAt: known?.createdAt ?? now,
  };
  if (known === undefined) onMade();
  if (known === undefined || facts(known) !== facts(site)) await store.putSite(site);
  return site;
}

/** What the configuration decides about a site, to see whether it has changed. */
function facts({ id, name, group, timeZone, origins, privacy }: Site): string {
  return JSON.stringify([id, name, group, timeZone, origins, privacy.gpc, privacy.dnt]);
}

function firstValid(registry: Registry, fits: (key: StoredKey) => boolean): StoredKey | undefined {
  return registry.keys.find((key) => key.revokedAt === null && fits(key));
}

function validReadKey({ readKey: kept }: Secrets, registry: Registry): string | undefined {
  if (kept === undefined) return undefined;
  const hash = createHash("sha256").update(kept).digest("hex");
  return firstValid(registry, (key) => key.kind === "read" && key.secret === hash) && kept;
}

function validRelay({ relay }: Secrets, registry: Registry): Secrets["relay"] {
  if (relay === undefined) return undefined;
  return (
    firstValid(registry, (key) => key.kind === "relay" && key.id === relay.keyId && key.secret === relay.secret) &&
    relay
  );
}
