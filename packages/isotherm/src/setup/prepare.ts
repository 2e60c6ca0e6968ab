import { createHash } from "node:crypto";
import type { Registry, Site, Store, StoredKey } from "@isotherm/collector";
import type { ResolvedSite } from "../config/resolved.js";
import { believed } from "./believed.js";
import { publicKey, readKey, relayKey } from "./key.js";
import { readSecrets, type Secrets, writeSecrets } from "./secrets.js";

/** A site that is ready to receive. */
export interface PreparedSite {
  readonly site: Omit<Site, "demo" | "createdAt">;
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
  const kept = await readSecrets(data);
  const made = new Set<Prepared["made"][number]>();
  const prepared: PreparedSite[] = [];
  const publicKeys: { [site: string]: readonly string[] } = { ...kept.publicKeys };
  const newKeys: StoredKey[] = [];
  for (const wanted of sites) {
    const site = await prepareSite(store, registry, wanted, now, () => made.add("site"));
    const found = validPublicKeys(registry, site.id);
    const fresh = (): StoredKey => publicKey({ site: site.id, label: "made by isotherm init", now }).stored;
    const lost = found.length > 0 ? [] : lostPublicKeys(kept, registry, site.id).map((id) => ({ ...fresh(), id }));
    const [first = fresh(), ...others] = [...found, ...lost];
    publicKeys[site.id] = [first, ...others].map(({ id }) => id);
    if (found.length === 0) newKeys.push(first, ...others);
    if (found.length + lost.length === 0) made.add("public key");
    prepared.push({ site, publicKey: first.id });
  }

  const secrets = { readKey: validReadKey(kept, registry), relay: await validRelay(kept, registry) };
  const read = secrets.readKey === undefined ? readKey({ site: null, label: "made by isotherm init", now }) : undefined;
  const relay = secrets.relay === undefined ? await relayKey({ label: "this machine's relay", now }) : undefined;
  const next = {
    readKey: secrets.readKey ?? read?.shown ?? "",
    relay: secrets.relay ?? { keyId: relay?.stored.id ?? "", secret: relay?.shown ?? "" },
    publicKeys,
  };
  // Kept before they are valid: a crash in between leaves keys that the next start makes again, never lost ones.
  const changed = JSON.stringify(publicKeys) !== JSON.stringify(kept.publicKeys);
  if (read !== undefined || relay !== undefined || changed) await writeSecrets(data, next);
  for (const key of newKeys) await store.putKey(key);
  if (read !== undefined) {
    await store.putKey(read.stored);
    made.add("read key");
  }
  if (relay !== undefined) {
    await store.putKey(relay.stored);
    made.add("relay key");
  }
  return { sites: prepared, readKey: next.readKey, relay: next.relay, made: [...made] };
}

async function prepareSite(
  store: Store,
  registry: Registry,
  wanted: ResolvedSite,
  now: number,
  onMade: () => void,
): Promise<Site> {
  const known = registry.sites.find((site) => site.id === wanted.id);
  const { id, name, group, timeZone, origins, privacy, retention, organisation } = wanted;
  const site: Site = {
    id,
    name,
    group,
    timeZone,
    origins,
    privacy,
    retention,
    organisation,
    demo: known?.demo ?? false,
    createdAt: known?.createdAt ?? now,
  };
  if (known === undefined) onMade();
  if (known === undefined || facts(known) !== facts(site)) await store.putSite(site);
  return site;
}

/** What the configuration decides about a site, to see whether it has changed. */
function facts({ id, name, group, timeZone, origins, privacy, retention, organisation = "default" }: Site): string {
  const { rawDays = 0, aggregateDays = 0, snapshotDays = 0 } = retention ?? {};
  const kept = [rawDays, aggregateDays, snapshotDays];
  return JSON.stringify([id, name, group, timeZone, origins, privacy.gpc, privacy.dnt, kept, organisation]);
}

function validPublicKeys({ keys }: Registry, site: string): readonly StoredKey[] {
  return keys.filter((key) => key.kind === "public" && key.site === site && key.revokedAt === null);
}

/** Keys that pages of a site hold and that the store has never heard of: it is a new one. */
function lostPublicKeys({ publicKeys }: Secrets, { keys }: Registry, site: string): readonly string[] {
  return (publicKeys?.[site] ?? []).filter((id) => !keys.some((key) => key.id === id));
}

function firstValid(registry: Registry, fits: (key: StoredKey) => boolean): StoredKey | undefined {
  return registry.keys.find((key) => key.revokedAt === null && fits(key));
}

function validReadKey({ readKey: kept }: Secrets, registry: Registry): string | undefined {
  if (kept === undefined) return undefined;
  const hash = createHash("sha256").update(kept).digest("hex");
  return firstValid(registry, (key) => key.kind === "read" && key.secret === hash) && kept;
}

async function validRelay({ relay }: Secrets, registry: Registry): Promise<Secrets["relay"]> {
  if (relay === undefined) return undefined;
  const key = firstValid(registry, ({ kind, id }) => kind === "relay" && id === relay.keyId);
  return key !== undefined && (await believed(key, relay.secret)) ? relay : undefined;
}
